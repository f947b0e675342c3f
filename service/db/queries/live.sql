-- What moderators' pages ask every few seconds, and what stands around one comment. {months} of waiting comments are
-- put in by db/spans.py.

-- name: now_pending
-- Size of the queue and its oldest item; and from when to ask the next time: decisions are dated by
-- the begin of their transaction, so some that were made a little earlier come to light later.
select (select count(*) from comment c
         where (c.status = 'pending' or c.audited_version = c.version) and {months}
           and ($1::uuid[] is null or c.site_id = any($1))) as pending,
       (select c.decided_at from comment c
         where (c.status = 'pending' or c.audited_version = c.version) and {months}
           and ($1::uuid[] is null or c.site_id = any($1))
         order by c.id limit 1) as oldest_at,
       (select count(*) from site s join comment c on c.site_id = s.id
         where s.own_settings ? 'longest_wait_minutes' and ($1::uuid[] is null or s.id = any($1))
           and (c.status = 'pending' or c.audited_version = c.version) and {months}
           and c.decided_at < now() - make_interval(mins => (s.own_settings ->> 'longest_wait_minutes')::integer)) as late,
       now() - interval '10 seconds' as until

-- name: now
-- What time it is where decisions are dated, without counting anything.
select now()

-- name: decided_since
-- Moderators' decisions since a moment, newest first.
select d.comment_id as id, d.version, d.to_status::text as status, d.action, staff.name as staff,
       d.staff_id = $2 as own, d.at
from decision d join staff on staff.id = d.staff_id
where d.at > $1 and d.actor = 'moderator' and d.action <> 'erase'
  and ($4::uuid[] is null or exists (select from comment c where c.id = d.comment_id and c.site_id = any($4)))
order by d.at desc limit $3

-- name: live_claims
-- Who holds what at the moment.
select claim.comment_id as id, staff.name as staff, claim.staff_id = $1 as own, claim.expires_at
from claim join staff on staff.id = claim.staff_id
where claim.expires_at > now()
  and ($3::uuid[] is null or exists (select from comment c where c.id = claim.comment_id and c.site_id = any($3)))
order by claim.comment_id limit $2

-- name: own_decisions
-- One's own decisions that are still the newest on their comment and so can be undone.
select c.id, c.version, c.name, left(c.body, $4) as excerpt, c.status::text as status, d.action,
       d.reason, d.at
from decision d join comment c on c.id = d.comment_id and c.version = d.version
where d.staff_id = $1 and d.action in ('approve', 'reject') and c.status <> 'erased'
  and ($3::uuid[] is null or c.site_id = any($3))
order by d.at desc, c.id limit $2

-- name: own_batches
-- The same before a moment, by batches, of each its first $4: a bulk is one transaction, and has one time.
with moments as (
    select distinct d.at from decision d
    join comment c on c.id = d.comment_id and c.version = d.version
    where d.staff_id = $1 and d.action in ('approve', 'reject') and c.status <> 'erased'
      and d.at < coalesce($3, 'infinity'::timestamptz) and ($5::uuid[] is null or c.site_id = any($5))
    order by d.at desc limit $2
)
select id, version, name, excerpt, status, action, reason, at, together from (
    select c.id, c.version, c.name, left(c.body, $6) as excerpt, c.status::text as status, d.action,
           d.reason, d.at, count(*) over (partition by d.at) as together,
           row_number() over (partition by d.at order by c.id) as place
    from decision d join moments on moments.at = d.at
    join comment c on c.id = d.comment_id and c.version = d.version
    where d.staff_id = $1 and d.action in ('approve', 'reject') and c.status <> 'erased'
      and ($5::uuid[] is null or c.site_id = any($5))
) each where place <= $4
order by at desc, id

-- name: siblings
-- The nearest published comments around one: answers to the same parent, or first ones of its page.
(select s.id, s.name, s.body, s.submitted_at
 from comment c
 join page_shown p on p.site_id = c.site_id and p.page_key = c.page_key
 join comment s on s.site_id = c.site_id and s.page_key = c.page_key and s.id between p.since and p.until
   and s.status = 'approved' and s.audited_version is distinct from s.version
   and s.parent_id is not distinct from c.parent_id and s.id < c.id
 where c.id = $1 order by s.id desc limit $2)
union all
(select s.id, s.name, s.body, s.submitted_at
 from comment c
 join page_shown p on p.site_id = c.site_id and p.page_key = c.page_key
 join comment s on s.site_id = c.site_id and s.page_key = c.page_key and s.id between p.since and p.until
   and s.status = 'approved' and s.audited_version is distinct from s.version
   and s.parent_id is not distinct from c.parent_id and s.id > c.id
 where c.id = $1 order by s.id limit $2)

-- name: conversations
-- What stands around each comment of $1, published or waiting: what it answers up to the first, the nearest that
-- answer the same or begin on its page too, and its answers. Each part is a walk along an index.
select asked.id as around, c.id, turn.station, turn.height, c.name, left(c.body, 600) as body, c.language,
       case when c.audited_version = c.version then 'pending' else c.status::text end as status, c.submitted_at
from unnest($1::uuid[]) asked(id), lateral (
    with recursive here as (
        select h.id, h.site_id, h.page_key, h.parent_id, p.since, p.until
        from comment h left join page_shown p using (site_id, page_key) where h.id = asked.id
    ), up as (
        select p.id, p.parent_id, 1 as height from here join comment p on p.id = here.parent_id
        union all
        select p.id, p.parent_id, up.height + 1 from up join comment p on p.id = up.parent_id where up.height < 8
    ), around as (
        select id, 'above' as station, height from up
        union all
        (select s.id, 'beside', 0 from here join comment s on s.parent_id = here.parent_id
         where (s.status in ('approved', 'pending') or s.audited_version = s.version) and s.id < asked.id order by s.id desc limit $2)
        union all
        (select s.id, 'beside', 0 from here join comment s on s.parent_id = here.parent_id
         where (s.status in ('approved', 'pending') or s.audited_version = s.version) and s.id > asked.id order by s.id limit $2)
        union all
        (select s.id, 'beside', 0 from here
         join comment s on s.site_id = here.site_id and s.page_key = here.page_key
         where here.parent_id is null and s.parent_id is null and s.status = 'approved'
           and s.id between here.since and here.until and s.audited_version is distinct from s.version and s.id < asked.id
         order by s.id desc limit $2)
        union all
        (select s.id, 'beside', 0 from here
         join comment s on s.site_id = here.site_id and s.page_key = here.page_key
         where here.parent_id is null and s.parent_id is null and s.status = 'approved'
           and s.id between here.since and here.until and s.audited_version is distinct from s.version and s.id > asked.id
         order by s.id limit $2)
        union all
        (select c.id, 'beside', 0 from here
         join comment c on c.site_id = here.site_id and c.page_key = here.page_key
         where here.parent_id is null and c.parent_id is null and {months}
           and (c.status = 'pending' or c.audited_version = c.version) and c.id < asked.id
         order by c.id desc limit $2)
        union all
        (select c.id, 'beside', 0 from here
         join comment c on c.site_id = here.site_id and c.page_key = here.page_key
         where here.parent_id is null and c.parent_id is null and {months}
           and (c.status = 'pending' or c.audited_version = c.version) and c.id > asked.id
         order by c.id limit $2)
        union all
        (select s.id, 'below', 0 from comment s
         where s.parent_id = asked.id and (s.status in ('approved', 'pending') or s.audited_version = s.version)
         order by s.id limit $2)
    )
    select id, station, height from around
) turn join comment c on c.id = turn.id

-- name: comment_exists
-- Whether there is such a comment, on one of the sites $2 or on any.
select exists (select from comment where id = $1 and ($2::uuid[] is null or site_id = any($2)))

-- name: choices
-- What the queue can be filtered by; languages of a bounded number of waiting comments.
select array(select name from site where ($1::uuid[] is null or id = any($1)) order by name limit 500) as sites,
       array(select distinct language from (
           select c.language from comment c
           where (c.status = 'pending' or c.audited_version = c.version) and {months}
             and ($1::uuid[] is null or c.site_id = any($1))
           order by c.id desc limit 2000
       ) newest where language is not null) as languages
