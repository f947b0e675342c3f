-- How far a replica is behind, and who wrote meanwhile; see db/reads.py.

-- name: written
-- Where the primary's log stands, which database it is, and when each site last changed of those that did in
-- the last two seconds.
select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint as position,
       (select system_identifier from pg_control_system()) as cluster,
       (select oid from pg_database where datname = current_database()) as database, array(
    select (c.site_id, max(d.at))
    from decision d join comment c on c.id = d.comment_id
    where d.at > now() - interval '2 seconds' group by c.site_id
) as changed

-- name: replayed
-- How far a replica has replayed the log, null where it is none or one that does not say; and of which database.
select case when pg_is_in_recovery()
            then pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint end as position,
       (select system_identifier from pg_control_system()) as cluster,
       (select oid from pg_database where datname = current_database()) as database
