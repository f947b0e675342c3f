-- Figures of the dashboard since a moment, of all comments or of those with one reason of their first
-- verdict. No text, no person. $4 is when each day begins where the reader is, and $5 the first of
-- these days: the database need not know the zone.

-- name: arrivals
-- New comments by day, first verdict, who gave it and why.
select $5::date + width_bucket(d.begins, $4::timestamptz[]) - 1 as day, d.status::text as status,
       d.actor::text as actor, d.reasons, sum(d.decisions)::bigint as comments
from decisions_since($1, $3, false) d
where d.kind = 'first' and ($2::text is null or d.reasons @> array[$2::text])
group by 1, 2, 3, 4

-- name: movements
-- By how much each day changed the queue, and how many decisions people made.
select $5::date + width_bucket(d.begins, $4::timestamptz[]) - 1 as day, sum(d.queue)::bigint as queue_change,
       coalesce(sum(d.decisions) filter (where d.kind = 'person'), 0)::bigint as decided
from decisions_since($1, $3, false) d
where $2::text is null or d.reasons @> array[$2::text]
group by 1

-- name: waits
-- Seconds from arrival to a moderator's first decision, by day of the decision; day null: in all.
select $5::date + width_bucket(d.at, $4::timestamptz[]) - 1 as day,
       percentile_cont(0.5) within group (order by extract(epoch from d.at - first.at)::float8) as median,
       percentile_cont(0.9) within group (order by extract(epoch from d.at - first.at)::float8) as most
from decision d
join decision first on first.comment_id = d.comment_id and first.version = 1
where d.at >= $1 and d.staff_id is not null and d.version = 2 and d.from_status = 'pending' and d.actor = 'moderator'
  and d.action in ('approve', 'reject')
  and ($2::text is null or first.reasons @> array[$2::text])
  and ($3::uuid[] is null or exists (select from comment c where c.id = d.comment_id and c.site_id = any($3)))
group by grouping sets ((1), ())

-- name: outcomes
-- What moderators made of first verdicts, by day of their decision; what they took back is left out.
select $5::date + width_bucket(d.at, $4::timestamptz[]) - 1 as day, first.to_status::text as verdict, first.reasons,
       d.to_status::text as status, count(*) as comments
from decision d
join decision first on first.comment_id = d.comment_id and first.version = 1
where d.at >= $1 and d.staff_id is not null and d.actor = 'moderator' and d.action in ('approve', 'reject')
  and d.from_status = first.to_status
  and ($2::text is null or first.reasons @> array[$2::text])
  and ($3::uuid[] is null or exists (select from comment c where c.id = d.comment_id and c.site_id = any($3)))
  and not exists (
      select from decision u where u.comment_id = d.comment_id and u.undoes = d.version
  )
group by 1, 2, 3, 4

-- name: worked
-- What people decided, by {name}: in how many hours, how soon, and how much of it a colleague reversed.
select {name} as name, count(*) as decided, count(distinct (d.staff_id, date_trunc('hour', d.at))) as hours,
       percentile_cont(0.5) within group (order by extract(epoch from d.at - first.at)::float8)
           filter (where d.version = 2 and d.from_status = 'pending') as median,
       count(*) filter (where exists (
           select from decision later
           where later.comment_id = d.comment_id and later.version > d.version and later.actor = 'moderator'
             and later.action in ('approve', 'reject') and later.staff_id <> d.staff_id
             and later.from_status = d.to_status and later.to_status <> d.to_status
       )) as reversed
from decision d
join staff on staff.id = d.staff_id
join comment c on c.id = d.comment_id
join site on site.id = c.site_id
join decision first on first.comment_id = d.comment_id and first.version = 1
where d.at >= $1 and d.staff_id is not null and d.actor = 'moderator' and d.action in ('approve', 'reject')
  and ($2::text is null or first.reasons @> array[$2::text]) and ($3::uuid[] is null or c.site_id = any($3))
group by 1 order by 2 desc, 1 limit 200

-- name: moments
-- What came and what people decided, by quarters of an hour: any zone's hours are made of them.
select d.begins as at, coalesce(sum(d.decisions) filter (where d.kind = 'first'), 0)::bigint as arrived,
       coalesce(sum(d.decisions) filter (where d.kind = 'person'), 0)::bigint as decided
from decisions_since($1, $3, false) d
where $2::text is null or d.reasons @> array[$2::text]
group by 1

-- name: waiting
-- How many comments wait now, and since when the oldest does.
select count(*) as pending, min(c.decided_at) as oldest
from comment c
where (c.status = 'pending' or c.audited_version = c.version) and {months}
  and ($2::uuid[] is null or c.site_id = any($2))
  and ($1::text is null
       or case when c.audited_version = c.version then c.shown_reasons else c.reasons end @> array[$1::text])

-- name: past
-- A site's newest comments since a moment as they came, without contact, for a preview of settings; with what a
-- person has made of them, where the word in force is a person's, and the chance that one was asked: of what waited
-- 1, of what was decided that of its audit.
select c.body, c.name, c.website, c.language, c.model_version, c.scores, c.linear_scores,
       first.reasons, c.id, c.submitted_at, case when last.staff_id is not null then c.status::text end as said,
       case when last.staff_id is not null then last.reason end as reason,
       case when first.to_status = 'pending' then 1 else a.propensity end::float8 as chance
from comment c
join decision first on first.comment_id = c.id and first.version = 1
join decision last on last.comment_id = c.id and last.version = c.version
left join audit a on a.comment_id = c.id and a.version = 1 and a.first_staff is null
where c.site_id = $1 and c.decided_at >= $2 and c.submitted_at >= $2 and c.status <> 'erased'
  and first.actor in ('classifier', 'rule')
order by c.decided_at desc, c.id desc limit $3
