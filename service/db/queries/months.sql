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
-- The parts of comments, the first first: from when to when (null: open), an estimate of rows, bytes with decisions and
-- indexes, whether it ended $1 whole months ago.
select m.part::text as part, month_of(m.first) as begins, month_of(m.until) as ends,
       greatest(c.reltuples, 0)::bigint as comments,
       pg_total_relation_size(m.part) + coalesce(pg_total_relation_size(d.part), 0) as bytes,
       coalesce(m.until <= first_id(month_after(date_trunc('month', now(), 'UTC'), -$1::integer)), false) as due
from months_of('comment') m
join pg_class c on c.oid = m.part
left join months_of('decision') d on d.until = m.until
order by m.until

-- name: try_leaving
-- Take the turn to let months go until the transaction ends; false while another process has it.
select pg_try_advisory_xact_lock(hashtext('moderation.leaving'))

-- name: due
-- The first month that has ended $1 whole months ago: its part, its first id and the next month's, whether we own it.
select part::text as part, coalesce(first, '00000000-0000-0000-0000-000000000000') as first, until,
       pg_has_role(c.relowner, 'usage') as owned
from months_of('comment') join pg_class c on c.oid = part
where until <= first_id(month_after(date_trunc('month', now(), 'UTC'), -$1::integer)) order by until limit 1

-- name: held_back
-- Whether something of the comments from $1 until $2 is still to be told or counted.
select exists (
    select from outbox
    where comment_id >= $1 and comment_id < $2 and delivered_at is null and failed_at is null
      and next_at < 'infinity' and created_at > now() - interval '1 day'
) or exists (
    select from decision where comment_id >= $1 and comment_id < $2 and at > now() - interval '1 hour'
) or exists (
    select from recount where quarter < month_of($2)
)

-- name: give_up_notices
-- Drop what could not be told of the comments from $1 until $2.
delete from outbox
where comment_id >= $1 and comment_id < $2 and delivered_at is null and failed_at is null

-- name: empty_month
-- Delete up to $3 rows of each table about comments from $1 until $2; how many were.
select empty_month($1, $2, $3)

-- name: detach_month
-- Detach a month; for how many seconds nobody else read or wrote.
select detach_month($1)

-- name: follow_month
-- Let up to $1 pages or authors follow a month that was detached, or drop it; which was done, if one was.
select follow_month($1)

-- name: first_kept
-- When the first month begins that is kept; null while all of before is.
select month_of(first) from months_of('comment') order by until limit 1
