-- What is kept by month: parts made ahead.

-- name: patience_for_months
-- Who makes a month waits for locks so long only: whoever comes behind it waits as well.
select set_config('lock_timeout', '300ms', true)

-- name: try_months
-- Take the turn to make months until the transaction ends; false while another process has it.
select pg_try_advisory_xact_lock(hashtext('moderation.months'))

-- name: make_months
-- Make the months that are missing up to $1 after this one; how many were.
select make_months($1)

-- name: months_ahead
-- How many whole months after this one have a part of every table; less than none if this one has none.
select min((
    select extract(year from away) * 12 + extract(month from away)
    from age(month_of(m.until) at time zone 'UTC', date_trunc('month', now() at time zone 'UTC')) away
))::integer - 1 as ahead
from unnest(array['comment', 'decision']) about
cross join lateral (
    select p.until from months_of(about::regclass) p where p.until is not null order by p.until desc limit 1
) m

-- name: months
-- The parts of comments, the first first: from when to when (null: open), an estimate of rows, bytes with decisions and indexes.
select m.part::text as part, month_of(m.first) as begins, month_of(m.until) as ends,
       greatest(c.reltuples, 0)::bigint as comments,
       pg_total_relation_size(m.part) + coalesce(pg_total_relation_size(d.part), 0) as bytes
from months_of('comment') m
join pg_class c on c.oid = m.part
left join months_of('decision') d on d.until = m.until
order by m.until
