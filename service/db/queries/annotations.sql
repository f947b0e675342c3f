-- What people, clients and silence say of texts. No query here reads a contact or a note.

-- name: decided
-- The next $6 decisions of people and of websites in force after the place ($3, $4, $5); each person's last one of a comment.
select d.at, d.comment_id as id, d.version, s.name as site, coalesce(was.body, c.body) as text, c.name,
       c.website, case when was.body is null then c.language else was.language end as language, d.to_status::text as status, d.reason, first.scores, first.model_version,
       d.actor = 'site' as by_site,
       d.staff_id is not null and exists (
           select from decision o
           where o.staff_id = d.staff_id and o.at = d.at and o.comment_id <> d.comment_id
       ) as in_bulk, audit.propensity::float8 as propensity,
       case when c.author_id is not null then not exists (
           select from comment e where e.author_id = c.author_id and e.id < c.id
       ) end as first_time
from decision d
join comment c on c.id = d.comment_id
join site s on s.id = c.site_id
join lateral (  -- the verdict on the text that they saw
    select v.scores, v.model_version from decision v
    where v.comment_id = d.comment_id and v.version < d.version and v.action in ('submit', 'edit')
    order by v.version desc limit 1
) first on true
left join lateral (
    select e.body, e.language from edit e
    where e.comment_id = d.comment_id and e.version > d.version order by e.version limit 1
) was on true
left join audit on audit.comment_id = d.comment_id and audit.answered_version = d.version
    and audit.first_staff is null
where c.status <> 'erased'
  and d.actor in ('moderator', 'site')
  and d.action in ('approve', 'reject')
  and ($1::uuid is null or c.site_id = $1)
  and d.at < $2::timestamptz
  and (d.at, d.comment_id, d.version) > ($3::timestamptz, $4::uuid, $5::integer)
  and not exists (
      select from decision u
      where u.comment_id = d.comment_id and u.version > d.version
        and (u.undoes = d.version or (u.staff_id is not distinct from d.staff_id
             and u.actor = d.actor and u.action in ('approve', 'reject')))
  )
order by d.at, d.comment_id, d.version
limit $6

-- name: told
-- The next $5 words of clients and imports about texts that have no comment here, after the place ($3, $4).
select l.at, l.id, s.name as site, l.text, l.language, l.label, l.value, l.provenance
from label l
left join site s on s.id = l.site_id
where l.comment_id is null
  and ($1::uuid is null or l.site_id = $1)
  and l.at < $2::timestamptz
  and (l.at, l.id) > ($3::timestamptz, $4::uuid)
order by l.at, l.id
limit $5

-- name: silent
-- The next $5 comments after $3, up to $4, that were published by themselves and that nobody took back or audits.
select c.id, first.at, s.name as site, c.body as text, c.name, c.website, c.language,
       first.scores, first.model_version, coalesce((
           select 1 - share.share from audit_share share
           where share.site_id = c.site_id and share.since <= first.at order by share.since desc limit 1
       ), 1)::float8 as propensity,
       case when c.author_id is not null then not exists (
           select from comment e where e.author_id = c.author_id and e.id < c.id
       ) end as first_time
from comment c
join site s on s.id = c.site_id
join decision first on first.comment_id = c.id and first.version = 1
where c.status = 'approved'
  and c.version = 1
  and c.audited_version is null
  and first.actor in ('classifier', 'rule')
  and ($1::uuid is null or c.site_id = $1)
  and first.at < $2::timestamptz
  and c.id > $3 and c.id < $4
order by c.id
limit $5

-- name: imported
-- The next $5 comments after $3, up to $4, that came decided from another system, if nobody decided since.
select c.id, first.at, s.name as site, c.body as text, c.name, c.website, c.language,
       first.to_status::text as status, first.reason,
       case when c.author_id is not null then not exists (
           select from comment e where e.author_id = c.author_id and e.id < c.id
       ) end as first_time
from comment c
join site s on s.id = c.site_id
join decision first on first.comment_id = c.id and first.version = 1
where c.status in ('approved', 'rejected')
  and 'imported' = any (c.reasons)
  and first.actor = 'system'
  and first.to_status in ('approved', 'rejected')
  and ($1::uuid is null or c.site_id = $1)
  and first.at < $2::timestamptz
  and c.id > $3 and c.id < $4
order by c.id
limit $5
