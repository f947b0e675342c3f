-- What people rejected as spam since it was looked at last. No query here reads a contact.

-- name: looked_until
-- Up to when decisions were looked at for $1, or ten minutes ago, and what time it is.
select coalesce((select value::timestamptz from installation where name = $1), now() - interval '10 minutes') as until,
       now() as now

-- name: look_from
-- Note for $1 up to when $2 decisions were looked at.
insert into installation (name, value) values ($1, $2::timestamptz::text)
on conflict (name) do update set value = excluded.value

-- name: rejections
-- Each person's next rejections as spam, or without a reason, since $1: at most $2, and those of the last's moment.
select p.id as staff_id, told.comment_id, told.version, told.at
from staff p
cross join lateral (
    select d.comment_id, d.version, d.at from decision d
    where d.staff_id = p.id and d.at > $1 and d.action = 'reject' and (d.reason is null or d.reason = 'spam')
    order by d.at fetch first $2 rows with ties
) told

-- name: still_rejected
-- Of comments $1 at their versions $2 those that are rejected by that still: their site and what may link.
select c.id, s.name as site, c.body, c.website
from unnest($1::uuid[], $2::integer[]) given (id, version)
join comment c on c.id = given.id and c.version = given.version
join site s on s.id = c.site_id
where c.status = 'rejected'
