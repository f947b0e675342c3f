-- What is deleted lies in files for a while: in free space of tables and indexes, in statistics, in the log.

-- name: our_tables
-- Every table of ours, as it is written in a statement.
select oid::regclass::text as name from pg_class
where relkind = 'r' and relnamespace = current_schema()::regnamespace order by relpages, oid

-- name: later_logs
-- How many files the log goes on in, which may be old ones under new names.
select count(*) from pg_ls_waldir()
where name ~ '^[0-9A-F]{24}$' and name > pg_walfile_name(pg_current_wal_insert_lsn())

-- name: next_log
-- Fill the rest of the log's file with nothing, and go on in the next.
select pg_switch_wal() from (select pg_logical_emit_message(false, 'scrub', '')) written
