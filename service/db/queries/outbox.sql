-- The webhook outbox. A notice says that a comment's status changed; it holds no text and no contact.

-- name: claim
-- Lease due notices to one process: at most $2 of each site, of at most $3 sites, none of those in $1.
-- A notice waits for the earlier ones of its comment.
with due as materialized (
    select n.id, n.comment_id, n.version, w.url
    from (
        select s.id, s.settings ->> 'webhook_url' as url
        from site s
        where s.settings ->> 'webhook_url' is not null
          and s.id <> all ($1::uuid[])
          and exists (
              select from notice n
              where n.site_id = s.id and n.delivered_at is null and n.failed_at is null
                and n.next_at <= now()
          )
        limit $3
    ) w
    cross join lateral (
        select n.id, n.comment_id, n.version from notice n
        where n.site_id = w.id and n.delivered_at is null and n.failed_at is null
          and n.next_at <= now()
          and not exists (
              select from notice e
              where e.comment_id = n.comment_id and e.version < n.version
                and e.delivered_at is null and e.failed_at is null
          )
        order by n.next_at limit $2
        for update skip locked
    ) n
)
update notice n set next_at = now() + $4::interval
from due
join comment c on c.id = due.comment_id
left join decision d on d.comment_id = due.comment_id and d.version = due.version
where n.id = due.id
returning n.id, n.site_id, n.comment_id, n.version, n.status::text as status, n.created_at as at,
          n.attempts, coalesce(n.external_id, c.external_id) as external_id, due.url, c.page,
          d.from_status::text as previous_status, d.reason, d.actor::text as actor;

-- name: delivered
-- The site has taken these.
update notice set delivered_at = now(), attempts = attempts + 1 where id = any ($1::uuid[]);

-- name: retry
-- The site has not taken it: try again later, or give up after the last attempt or the longest age.
update notice set attempts = attempts + 1, next_at = now() + $2::interval,
       failed_at = case when attempts + 1 >= $3 or created_at < now() - $4::interval then now() end
where id = $1 and delivered_at is null
returning failed_at is not null as given_up;

-- name: postpone
-- Give leased notices back untried.
update notice set next_at = now() + $2::interval
where id = any ($1::uuid[]) and delivered_at is null;

-- name: give_up_old
-- Close what nobody could deliver for too long, such as notices of a site that has no webhook any more.
update notice set failed_at = now()
where delivered_at is null and failed_at is null and created_at < now() - $1::interval;

-- name: forget_old
-- Drop notices that were closed long ago.
delete from notice
where (delivered_at is not null or failed_at is not null) and created_at < now() - $1::interval;

-- name: backlog
-- How many notices wait and how old the oldest is, in seconds.
select count(*) as waiting, coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as oldest
from notice where delivered_at is null and failed_at is null;
