-- Adaptations of sites and what was done with them. No query here reads a comment.

-- name: lock_adaptations
-- Let one change of adaptations through at a time, until the transaction ends.
select pg_advisory_xact_lock(hashtext('moderation.adaptation'));

-- name: insert_adaptation
-- Keep an adaptation; nothing comes back where the site has it already.
insert into adaptation (site_id, version, bundle_digest, digest, content, card)
values ($1, $2, $3, $4, $5, $6)
on conflict (site_id, version) do nothing
returning id;

-- name: record
-- Record what was done, and what is in force after it.
insert into adaptation_event (site_id, action, adaptation_id, by, why) values ($1, $2, $3, $4, $5);

-- name: in_force
-- The adaptation of each site that has one in force.
select a.site_id, a.version, a.digest, a.bundle_digest
from site s
cross join lateral (
    select e.adaptation_id from adaptation_event e
    where e.site_id = s.id and e.action <> 'fitted'
    order by e.id desc limit 1
) last
join adaptation a on a.id = last.adaptation_id;

-- name: content
-- The files of one adaptation.
select content, card from adaptation where site_id = $1 and version = $2;

-- name: adaptations
-- The adaptations of one site, or of those of $2, or of all, the newest first; of their cards not bands and labels.
select a.id, a.site_id, s.name as site, a.version, a.bundle_digest, a.made_at,
       octet_length(a.content) as size, a.card - array['stages', 'labels'] as card,
       a.id is not distinct from (
           select e.adaptation_id from adaptation_event e
           where e.site_id = a.site_id and e.action <> 'fitted'
           order by e.id desc limit 1
       ) as is_in_force
from adaptation a
join site s on s.id = a.site_id
where ($1::uuid is null or a.site_id = $1) and ($2::uuid[] is null or a.site_id = any($2))
order by a.id desc;

-- name: adaptation
-- One adaptation of a site $1 with its whole card: of version $2, or without one that in force.
select a.id, a.site_id, s.name as site, a.version, a.bundle_digest, a.made_at,
       octet_length(a.content) as size, a.card, a.id is not distinct from last.id as is_in_force
from adaptation a
join site s on s.id = a.site_id
left join lateral (
    select e.adaptation_id as id from adaptation_event e
    where e.site_id = a.site_id and e.action <> 'fitted'
    order by e.id desc limit 1
) last on true
where a.site_id = $1 and case when $2::text is null then a.id = last.id else a.version = $2 end;

-- name: curves
-- What was learnt by the number of annotations, of the newest adaptation of each site, or of those of $1.
select s.name as site, newest.made_at, newest.curve
from site s
cross join lateral (
    select a.made_at, a.card -> 'curve' as curve from adaptation a
    where a.site_id = s.id
    order by a.id desc limit 1
) newest
where newest.curve is not null and ($1::uuid[] is null or s.id = any($1))
order by s.name;

-- name: steps
-- What was done with a site's adaptations, in order.
select e.action, e.adaptation_id, a.version, e.by, e.why, e.at
from adaptation_event e
left join adaptation a on a.id = e.adaptation_id
where e.site_id = $1
order by e.id;

-- name: switched_off
-- The sites, or those of $1, on which $2 switched the last adaptation off by itself and none serves since.
select s.name as site, last.at, last.why
from site s
cross join lateral (
    select e.action, e.by, e.at, e.why from adaptation_event e
    where e.site_id = s.id and e.action <> 'fitted'
    order by e.id desc limit 1
) last
where last.action = 'deactivated' and last.by = $2 and ($1::uuid[] is null or s.id = any($1))
order by last.at desc;

-- name: try_learning
-- Take the turn to learn until the transaction ends; false while another process has it.
select pg_try_advisory_xact_lock(hashtext('moderation.learning'));

-- name: due
-- The sites of which people have decided $1 comments since what was fitted last, or in 30 days.
select s.id
from site s
cross join lateral (
    select coalesce(max(e.at), now() - interval '30 days') as at from adaptation_event e
    where e.site_id = s.id and e.action = 'fitted'
) fitted
where (
    select count(*) from (
        select from staff p
        cross join lateral (
            select d.comment_id from decision d
            where d.staff_id = p.id and d.at > fitted.at and d.action in ('approve', 'reject')
        ) told
        join comment c on c.id = told.comment_id and c.site_id = s.id
        limit $1
    ) enough
) >= $1
order by fitted.at, s.id;
