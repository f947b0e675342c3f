-- Phrases that a site's moderators reject whoever says them: see migration 0325. No query here reads a contact.

-- name: try_phrases
-- Take the turn to look for such phrases until the transaction ends; false while another process has it.
select pg_try_advisory_xact_lock(hashtext('moderation.phrases'))

-- name: rejected_lately
-- The newest comments of a site $1 that people rejected as spam, or without a reason, at most $2, and those of $3.
with told as (
    select c.id, c.body, c.name, c.author_id, c.submitted_at
    from comment c
    join decision d on d.comment_id = c.id and d.version = c.version
    where c.site_id = $1 and c.status = 'rejected' and (c.id = any($3::uuid[]) or c.id in (
        select n.id from comment n where n.site_id = $1 and n.status = 'rejected' order by n.id desc limit 1000
    )) and d.staff_id is not null and d.action = 'reject' and (d.reason is null or d.reason = 'spam')
)
select left(body, 2000) as body, name, coalesce(author_id, id) as author, submitted_at, true as is_settled
from told where id = any($3::uuid[]) or id in (select id from told order by id desc limit $2)

-- name: approved_lately
-- The newest approved comments of a site $1, at most $2; settled is what a person approved, or stands for $3 days.
select left(c.body, 2000) as body, c.name, coalesce(c.author_id, c.id) as author, c.submitted_at,
    d.staff_id is not null or c.submitted_at < now() - make_interval(days => $3) as is_settled
from (select * from comment where site_id = $1 and status = 'approved' order by id desc limit $2) c
left join decision d on d.comment_id = c.id and d.version = c.version

-- name: add_phrase
-- Record a phrase; nothing comes back where it was learnt before, though its entry be gone.
insert into learnt_phrase (site_id, phrase, rejected) values ($1, $2, $3)
on conflict do nothing returning phrase

-- name: phrases_of
-- The phrases that sites learnt, by the sites' names, the newest thousand of each.
select s.name as site, l.phrase, l.rejected
from site s
cross join lateral (
    select * from learnt_phrase l where l.site_id = s.id order by l.at desc, l.phrase limit 1000
) l
where s.name = any($1::text[])
