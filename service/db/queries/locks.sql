-- Locks of relations that the server has room for.

-- name: locks
-- What a statement that looks at every month locks while it is planned, tables and their indexes, and how many locks the
-- server can keep for all sessions together.
select (
    select count(distinct m.part) + count(x.indexrelid)
    from unnest(array['comment', 'decision']) about
    cross join lateral months_of(about::regclass) m
    left join pg_index x on x.indrelid = m.part
) as of_one,
current_setting('max_locks_per_transaction')::bigint as setting,
current_setting('max_connections')::bigint + current_setting('max_prepared_transactions')::bigint as sessions
