-- What sites keep for so many days only.

-- name: try_retention
-- Take the turn to forget until the transaction ends; false while another process has it.
select pg_try_advisory_xact_lock(hashtext('moderation.retention'))

-- name: rejected_before
-- The next $4 comments of a site that came before the id $2 and were rejected before $3, unless an audit waits.
select id from comment
where site_id = $1 and status = 'rejected' and id < $2 and decided_at < $3
  and audited_version is distinct from version
order by id limit $4

-- name: forget_addresses
-- Forget the digests of readers' addresses of the next $3 comments before the id $2.
with due as (
    select id from comment where site_id = $1 and origin is not null and id < $2
    order by id limit $3 for no key update skip locked
)
update comment c set origin = null from due where c.id = due.id

-- name: contacts_before
-- The next $4 authors with a contact of before $2 and no comment since the id $3; whoever has a standing stays.
select k.author_id from comment_contact k
where k.site_id = $1 and k.created_at < $2
  and not exists (select from comment c where c.author_id = k.author_id and c.id >= $3)
  and not exists (select from author a where a.author_id = k.author_id and a.standing <> 'normal')
order by k.created_at limit $4

-- name: lock_authors
-- Let nobody post as these authors, in the order in which posting locks them.
select pg_advisory_xact_lock(in_order.lock) from (
    select distinct uuid_hash_extended(author, 0) as lock from unnest($1::uuid[]) author order by 1
) in_order

-- name: forget_contacts
-- Forget the contacts of authors $1 that still have no comment since the id $2.
delete from comment_contact k
where k.author_id = any ($1::uuid[])
  and not exists (select from comment c where c.author_id = k.author_id and c.id >= $2)
