-- The webhook outbox. A notice says that a comment's status changed; it holds no text and no contact.

-- name: claim
-- Lease due notices to one process: at most $2 of each site, of at most $3 sites, none of those in $1.
-- A notice waits for the earlier ones of its comment. A receiver that fails gets one, now and then.
with due as materialized (
    select n.id, n.comment_id, n.version, w.url, w.failures, w.secrets, w.site_id
    from (
        select s.id as site_id, s.settings ->> 'webhook_url' as url, coalesce(r.failures, 0) as failures,
               webhook_secrets(r.secret_number, r.secret_at) as secrets
        from site s
        left join receiver r on r.site_id = s.id
        where s.settings ->> 'webhook_url' is not null
          and s.id <> all ($1::uuid[])
          and r.disabled_at is null and (r.failing_since is null or r.probe_at <= now())
          and exists (
              select from notice n
              where n.site_id = s.id and n.delivered_at is null and n.failed_at is null
                and n.next_at <= now()
          )
        limit $3
    ) w
    cross join lateral (
        select n.id, n.comment_id, n.version from notice n
        where n.site_id = w.site_id and n.delivered_at is null and n.failed_at is null
          and n.next_at <= now()
          and not exists (
              select from notice e
              where e.comment_id = n.comment_id and e.version < n.version
                and e.delivered_at is null and e.failed_at is null
          )
        order by n.next_at limit case when w.failures > 0 then 1 else $2 end
        for update skip locked
    ) n
), probed as (
    update receiver r set probe_at = now() + $4::interval from due
    where r.site_id = due.site_id and due.failures > 0
)
update notice n set next_at = now() + $4::interval, sent_at = now()
from due
join comment c on c.id = due.comment_id
left join decision d on d.comment_id = due.comment_id and d.version = due.version
where n.id = due.id
returning n.id, n.site_id, n.comment_id, n.version, n.status::text as status, n.created_at as at,
          n.attempts, coalesce(n.external_id, c.external_id) as external_id, due.url, c.page,
          d.from_status::text as previous_status, d.reason, d.actor::text as actor,
          due.failures, due.secrets;

-- name: delivered
-- The site has taken it, and is there.
with back as (
    update receiver set failing_since = null, failures = 0 where site_id = $2 and failing_since is not null
)
update notice set delivered_at = now(), attempts = attempts + 1, last_status = $3, last_error = null,
       tried_at = now()
where id = $1;

-- name: retry
-- The site has not taken it: try again, or give up after the longest age.
update notice set attempts = attempts + 1, next_at = now() + $2::interval, tried_at = now(),
       last_status = $4, last_error = $5,
       failed_at = case when coalesce(replayed_at, created_at) < now() - $3::interval then now() end
where id = $1 and delivered_at is null
returning failed_at is not null as given_up;

-- name: away
-- A receiver fails: nothing is sent for $2, then one notice at a time. With $3 nothing until its URL is set again.
insert into receiver as r (site_id, failing_since, failures, probe_at, disabled_at)
values ($1, now(), 1, now() + $2::interval, case when $3 then now() end)
on conflict (site_id) do update
set failing_since = coalesce(r.failing_since, now()), failures = r.failures + 1,
    probe_at = excluded.probe_at, disabled_at = coalesce(r.disabled_at, excluded.disabled_at);

-- name: give_back
-- Give leased notices back untried.
update notice set next_at = now(), sent_at = tried_at
where id = any ($1::uuid[]) and delivered_at is null;

-- name: give_up_old
-- Close what nobody could deliver for too long, such as notices of a site that has no webhook any more.
update notice set failed_at = now()
where delivered_at is null and failed_at is null and coalesce(replayed_at, created_at) < now() - $1::interval;

-- name: forget_old
-- Drop notices that were closed long ago.
delete from notice
where (delivered_at is not null or failed_at is not null) and created_at < now() - $1::interval;

-- name: backlog
-- How many notices wait and how old the oldest is, in seconds.
select count(*) as waiting, coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as oldest
from notice where delivered_at is null and failed_at is null;


-- name: receiver
-- A site's webhook, how it fares, and the numbers of its secrets in force.
select s.settings ->> 'webhook_url' as url, r.failing_since, r.disabled_at,
       case when r.failing_since is not null and r.disabled_at is null then r.probe_at end as next_probe_at,
       webhook_secrets(r.secret_number, r.secret_at) as secrets
from site s left join receiver r on r.site_id = s.id where s.id = $1

-- name: receiver_on
-- A site's URL was set again: it gets notices again, at once.
update receiver set failing_since = null, failures = 0, disabled_at = null where site_id = $1

-- name: rotate_secret
-- Another secret of a site's notices comes into force; the one before stays so for a day.
insert into receiver as r (site_id, secret_number, secret_at) values ($1, 1, now())
on conflict (site_id) do update set secret_number = r.secret_number + 1, secret_at = now()
returning secret_number

-- name: deliveries
-- A site's notices before an id, the newest first; with $4 that one alone.
select n.id, n.comment_id, coalesce(n.external_id, c.external_id, gone.external_id) as external_id,
       n.version, n.status::text as status, n.created_at,
       case when n.recalled then 'recalled' when n.delivered_at is not null then 'delivered'
            when n.failed_at is not null then 'given_up' else 'waiting' end as state,
       n.attempts, n.last_status, n.last_error as error, n.tried_at as last_attempt_at,
       case when n.delivered_at is null and n.failed_at is null and r.disabled_at is null
             and s.settings ? 'webhook_url'
            then greatest(n.next_at, case when r.failing_since is not null then r.probe_at end)
       end as next_attempt_at,
       n.delivered_at
from notice n
join site s on s.id = n.site_id
join comment c on c.id = n.comment_id
left join receiver r on r.site_id = n.site_id
left join erased_id gone on gone.comment_id = n.comment_id
where n.site_id = $1 and n.id < $2 and ($4::uuid is null or n.id = $4)
order by n.id desc limit $3

-- name: replay
-- A notice is due again, as if it were new.
update notice set delivered_at = null, failed_at = null, recalled = false, attempts = 0, next_at = now(),
       replayed_at = now()
where site_id = $1 and id = $2
returning id
