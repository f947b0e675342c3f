-- What model versions make of comments that are kept. No query here reads a contact.

-- name: window
-- The last of the next $2 ids of comments below $1, going down: pieces of work that no limit of time meets.
with next as (select id from comment where id < $1 order by id desc limit $2)
select id from next order by id limit 1

-- name: to_score
-- Comments from $4 to below $3 that version $1 has not scored, of site $2 or of all, the newest first.
select c.id, c.site_id, c.body, c.name, c.website, c.language, c.fingerprint, first.reasons
from comment c join decision first on first.comment_id = c.id and first.version = 1
where c.id < $3 and c.id >= $4 and c.status <> 'erased'
  and ($2::uuid is null or c.site_id = $2)
  and not exists (select from rescored r where r.comment_id = c.id and r.model_version = $1)
order by c.id desc

-- name: left_to_score
-- How many comments version $1 has not scored, of site $2 or of all.
select (select count(*) from comment c
        where c.status <> 'erased' and ($2::uuid is null or c.site_id = $2))
     - (select count(*) from rescored r
        where r.model_version = $1
          and ($2::uuid is null or exists (
              select from comment c where c.id = r.comment_id and c.site_id = $2)))

-- name: lock
-- Wait for texts that are being changed or erased, and keep others so until the transaction ends.
select pg_advisory_xact_lock(hashtext('moderation.rescored'))

-- name: insert
-- Keep what version $1 says of comments whose texts still are what it read; $2 a JSON array of rows.
insert into rescored (
    comment_id, model_version, language, scores, linear_scores, verdict, risk, violated, borderline
)
select s.id, $1, s.language, s.scores, s.linear_scores, s.verdict, s.risk, s.violated, s.borderline
from jsonb_to_recordset($2::jsonb) as s (
    id uuid, fingerprint bytea, language text, scores jsonb, linear_scores jsonb,
    verdict comment_status, risk real, violated text[], borderline text[])
join comment c on c.id = s.id and c.fingerprint = s.fingerprint and c.status <> 'erased'
on conflict (comment_id, model_version) do nothing

-- name: groups
-- Comments from $3 to below $2 as they stand beside what version $1 says, with the riskiest of each sort.
select site.name as site, to_char(c.submitted_at at time zone 'UTC', 'YYYY-MM') as month,
       c.status::text as status, r.verdict::text as verdict, newest.actor in ('moderator', 'site') as by_people,
       r.violated, r.borderline, count(*) as comments,
       (array_agg(c.id order by r.risk desc))[1:$4] as ids,
       (array_agg(r.risk order by r.risk desc))[1:$4] as risks
from rescored r
join comment c on c.id = r.comment_id
join site on site.id = c.site_id
join decision newest on newest.comment_id = c.id and newest.version = c.version
where r.model_version = $1 and r.comment_id < $2 and r.comment_id >= $3 and c.status <> 'erased'
group by 1, 2, 3, 4, 5, 6, 7

-- name: examples
-- Some comments with what version $1 says of them.
select c.id, site.name as site, c.name, c.body, c.status::text as status, r.verdict::text as verdict,
       r.violated, r.borderline, r.scores, r.risk
from unnest($2::uuid[]) with ordinality as asked (id, place)
join comment c on c.id = asked.id and c.status <> 'erased'
join rescored r on r.comment_id = c.id and r.model_version = $1
join site on site.id = c.site_id
order by asked.place

-- name: keep_summary
-- The sums of version $1 as of now.
insert into rescoring (model_version, summary) values ($1, $2)
on conflict (model_version) do update set summary = excluded.summary, at = now()

-- name: summary
-- The sums of version $1, and of when they are.
select at, summary from rescoring where model_version = $1

-- name: queued_since
-- How many comments were queued for what a version says of them since a moment.
select count(*) from rescored where queued_at >= $1

-- name: to_queue
-- The newest comments below $3 that are published and a clear violation to version $1, of site $2 or of
-- all; but none that it has queued before, that a person has decided about or that is audited.
select c.id, c.version, c.reasons, r.risk, r.violated
from rescored r join comment c on c.id = r.comment_id
join decision newest on newest.comment_id = c.id and newest.version = c.version
where r.model_version = $1 and r.violated <> '{}' and r.comment_id < $3
  and r.queued is null and c.status = 'approved' and newest.actor not in ('moderator', 'site')
  and c.audited_version is distinct from c.version  -- it waits as it is
  and ($2::uuid is null or c.site_id = $2)
order by r.comment_id desc limit $4

-- name: mark_queued
-- Note which decisions queued comments for what version $1 says; $2 ids, $3 the decisions' versions.
update rescored r set queued = given.version, queued_at = now()
from unnest($2::uuid[], $3::integer[]) as given (id, version)
where r.comment_id = given.id and r.model_version = $1

-- name: queued
-- The next $4 comments after $3 that version $1 has queued and nobody has decided about, with the
-- reasons that they had before.
select c.id, c.version, first.reasons
from rescored r
join comment c on c.id = r.comment_id and c.version = r.queued
join decision first on first.comment_id = c.id and first.version = 1
where r.model_version = $1 and r.queued_at is not null and r.comment_id > $3
  and ($2::uuid is null or c.site_id = $2)
order by c.id limit $4

-- name: unmark_queued
-- Note that version $1 has them queued no more.
update rescored set queued = null, queued_at = null where model_version = $1 and comment_id = any($2::uuid[])
