-- Phrases that a site's moderators reject whoever says them: see migration 0325. No query here reads a contact.

-- name: try_phrases
-- Take the turn to look for such phrases until the transaction ends; false while another process has it.
select pg_try_advisory_xact_lock(hashtext('moderation.phrases'))

-- name: told_spam
-- The sites on which people rejected something as spam, or without a reason, since $1.
select distinct s.name
from staff p
cross join lateral (
    select d.comment_id, d.version from decision d
    where d.staff_id = p.id and d.at > $1 and d.action = 'reject' and (d.reason is null or d.reason = 'spam')
    order by d.at desc limit 200
) told
join comment c on c.id = told.comment_id and c.version = told.version
join site s on s.id = c.site_id
where c.status = 'rejected'

-- name: rejected_lately
-- The newest comments of a site $1 that people rejected as spam, or without a reason, at most $2.
select left(c.body, 2000) as body, c.name, coalesce(c.author_id, c.id) as author, c.submitted_at, true as is_settled
from (
    select * from comment where site_id = $1 and status = 'rejected' order by id desc limit 1000
) c
join decision d on d.comment_id = c.id and d.version = c.version
where d.staff_id is not null and d.action = 'reject' and (d.reason is null or d.reason = 'spam')
order by c.id desc limit $2

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
