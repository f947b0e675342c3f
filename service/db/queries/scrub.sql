-- What is deleted lies in files for a while: in free space of tables and indexes, in statistics, in the log.

-- name: our_tables
-- Every table of ours, as it is written in a statement; what is kept by month after its months.
select oid::regclass::text as name, relkind = 'p' as is_by_month from pg_class
where relkind in ('r', 'p') and relnamespace = current_schema()::regnamespace order by relkind = 'p', relpages, oid

-- name: number
-- The number of a transaction of now: what was deleted before has a lower one.
select pg_current_xact_id()::text

-- name: earlier
-- How many transactions, replicas and slots began before one of that number, as far as we may see them: to who reads in
-- them what was deleted since is there, so it is written anew with the rest.
with still (xmin) as (
    select unnest(array[backend_xmin, backend_xid]) from pg_stat_activity
    where pid <> pg_backend_pid() and (datname is null or datname = current_database())
    union all
    select transaction from pg_prepared_xacts where database = current_database()
    union all
    select unnest(array[xmin, catalog_xmin]) from pg_replication_slots
)
select count(*) from still where xmin is not null and age(xmin) > age(xid($1::text::xid8))

-- name: later_logs
-- How many files the log goes on in, which may be old ones under new names.
select count(*) from pg_ls_waldir()
where name ~ '^[0-9A-F]{24}$' and name > pg_walfile_name(pg_current_wal_insert_lsn())

-- name: next_log
-- Fill the rest of the log's file with nothing, and go on in the next.
select pg_switch_wal() from (select pg_logical_emit_message(false, 'scrub', '')) written
