-- How good automatic decisions are: their numbers, and what moderators answered of audits. No query here
-- reads a contact.

-- name: decided
-- How many automatic decisions there were since $1, of a site $2 or of all, by kind.
select site.name as site, d.language,
       case when d.actor = 'rule' then 'rule' when d.second_opinion then 'second_opinion' else 'linear' end as stage,
       d.model_version, d.status::text as status, d.reasons,
       date_trunc('week', d.begins at time zone 'UTC')::date as week, sum(d.decisions)::bigint as comments
from decisions_since($1, $3, true) d join site on site.id = d.site_id
where d.actor in ('classifier', 'rule') and d.status in ('approved', 'rejected')
  and ($2::uuid is null or d.site_id = $2)
group by 1, 2, 3, 4, 5, 6, 7

-- name: answers
-- The answers in force of audits of automatic decisions since $1, of a site $2 or of all; with $3 of those
-- after bands were changed for a promise, or scores for an adaptation or for another version.
select site.name as site, c.language,
       case when d.actor = 'rule' then 'rule' when d.linear_scores is null then 'linear' else 'second_opinion' end as stage,
       d.model_version, d.to_status::text as status, d.reasons,
       date_trunc('week', d.at at time zone 'UTC')::date as week,
       a.propensity::float8 as propensity, answer.to_status::text as answer_status,
       answer.reason as answer_reason, d.scores, d.bands
from audit a
join decision d on d.comment_id = a.comment_id and d.version = a.version
join decision answer on answer.comment_id = a.comment_id and answer.version = a.answered_version
join comment c on c.id = a.comment_id
join site on site.id = a.site_id
where d.at >= $1 and d.actor in ('classifier', 'rule') and ($2::uuid is null or a.site_id = $2)
  and ($4::uuid[] is null or a.site_id = any($4))
  and not ($3 and exists (
      select from promise_event e
      where e.site_id = a.site_id and e.decision = d.to_status::text and e.at >= d.at
  ))
  and not ($3 and exists (
      select from adaptation_event e where e.site_id = a.site_id and e.action <> 'fitted' and e.at >= d.at
  ))
  and not ($3 and exists (select from model_event e where e.to_state = 'active' and e.at >= d.at))

-- name: outlived
-- Sites with own bands that were last changed for a promise before another version became active.
select s.name
from site s
cross join lateral (select max(e.at) as at from promise_event e where e.site_id = s.id) last
cross join (select max(e.at) as at from model_event e where e.to_state = 'active') promoted
where s.settings ? 'bands' and last.at < promoted.at
order by s.name

-- name: try_promises
-- Take the turn to look after promises until the transaction ends; false while another process has it.
select pg_try_advisory_xact_lock(hashtext('moderation.promises'))

-- name: add_event
-- Records what became of a promise.
insert into promise_event (site_id, action, decision, before, after, figures, by)
values ($1, $2, $3, $4, $5, $6, $7)

-- name: events
-- The newest $2 events of a site $1, or of all, the newest first.
select site.name as site, e.action, e.decision, e.before, e.after, e.figures, e.by, e.at
from promise_event e join site on site.id = e.site_id
where ($1::uuid is null or e.site_id = $1) and ($3::uuid[] is null or e.site_id = any($3))
order by e.id desc limit $2

-- name: pairs
-- What two moderators decided about one comment since $1, of a site $2 or of all, the second without knowing of
-- the first.
select site.name as site, one.name as first, other.name as second,
       d.to_status::text as first_status, answer.to_status::text as second_status
from audit a
join decision d on d.comment_id = a.comment_id and d.version = a.version
join decision answer on answer.comment_id = a.comment_id and answer.version = a.answered_version
join staff one on one.id = a.first_staff
join staff other on other.id = answer.staff_id
join site on site.id = a.site_id
where a.first_staff is not null and answer.staff_id <> a.first_staff and answer.at >= $1
  and ($2::uuid is null or a.site_id = $2) and ($3::uuid[] is null or a.site_id = any($3))

-- name: disagreements
-- The newest $3 automatic decisions since $1 that moderators answered otherwise, of a site $2 or of all.
select c.id, site.name as site, c.name, c.body, c.language, d.to_status::text as status, d.reasons, d.scores,
       d.bands, answer.to_status::text as answer_status, answer.reason as answer_reason, d.at, answer.at as answered_at
from audit a
join decision d on d.comment_id = a.comment_id and d.version = a.version
join decision answer on answer.comment_id = a.comment_id and answer.version = a.answered_version
join comment c on c.id = a.comment_id
join site on site.id = a.site_id
where d.at >= $1 and d.actor in ('classifier', 'rule') and ($2::uuid is null or a.site_id = $2)
  and ($4::uuid[] is null or a.site_id = any($4))
  and answer.to_status <> d.to_status and c.status <> 'erased'
order by answer.at desc, c.id desc limit $3
