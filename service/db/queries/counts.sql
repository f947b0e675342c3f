-- Counting decisions that have settled, by quarters of an hour and by days of UTC: see `decisions_since`.

-- name: try_counting
-- Take the turn to count until the transaction ends; false while another process has it.
select pg_try_advisory_xact_lock(hashtext('moderation.counting'))

-- name: moment
-- The time, the oldest transaction that has written and not ended, and a number above those of all that have begun to
-- write: this one's own, for the last of a snapshot may be under way.
select now() as at, pg_snapshot_xmin(pg_current_snapshot())::text::bigint as oldest,
       pg_current_xact_id()::text::bigint as own

-- name: to_count
-- The newest day with quarters over by $1 that are to be counted, and which; none that are older than 400 days.
select date_trunc('day', q, 'UTC') as day, array_agg(q order by q) as quarters
from (select case when min(at) < $1 then greatest(min(at), now() - interval '400 days') end as at from decision) first,
     generate_series(date_bin('15 minutes', first.at, 'epoch'), $1 - interval '15 minutes', '15 minutes') q
where q not in (select begins from counted where minutes = 15) or q in (select quarter from recount)
group by 1 order by 1 desc limit 1

-- name: forget_counts
-- Forget what was counted of quarters $1 and of their day $2.
delete from counted where minutes = 15 and begins = any ($1::timestamptz[]) or minutes = 1440 and begins = $2

-- name: count_quarters
-- Count the quarters $1, of which the first and the last stand at its ends.
with seen as (
    delete from recount where quarter = any ($1::timestamptz[])
), made as (
    insert into counted (minutes, begins) select 15, unnest($1::timestamptz[])
)
insert into decision_count (minutes, begins, site_id, kind, reasons, status, actor, language, model_version,
                            second_opinion, decisions, queue)
select 15, date_bin('15 minutes', at, 'epoch'), site_id, kind, reasons, status, actor, language, model_version,
       second_opinion, count(*), sum(queue)
from decision_to_count
where at >= ($1::timestamptz[])[1] and at < ($1::timestamptz[])[cardinality($1)] + interval '15 minutes'
  and date_bin('15 minutes', at, 'epoch') = any ($1::timestamptz[])
group by 2, 3, 4, 5, 6, 7, 8, 9, 10

-- name: count_day
-- Count the day $1 from its quarters, once all are counted.
with made as (
    insert into counted (minutes, begins) select 1440, $1
    where (
        select count(*) from counted
        where minutes = 15 and begins >= $1 and begins < $1::timestamptz + interval '1 day'
    ) = 96
    returning begins
)
insert into decision_count (minutes, begins, site_id, kind, reasons, status, actor, language, model_version,
                            second_opinion, decisions, queue)
select 1440, m.begins, n.site_id, n.kind, n.reasons, n.status, n.actor, n.language, n.model_version,
       n.second_opinion, sum(n.decisions), sum(n.queue)
from made m
join decision_count n on n.minutes = 15 and n.begins >= m.begins and n.begins < m.begins + interval '1 day'
group by 2, 3, 4, 5, 6, 7, 8, 9, 10

-- name: forget_old
-- Forget counts of before what anybody asks for.
delete from counted where minutes in (15, 1440) and begins < now() - interval '401 days'

-- name: forget_old_changes
-- The same of quarters that were to be counted again.
delete from recount where quarter < now() - interval '401 days'
