-- The outbox: what websites are to be told of changes of status. No text and no contact is in it.

-- name: claim
-- Lease due events to one process: at most $3 of each receiver, of at most $4 receivers, none of those in $1 and $2.
-- An event waits for the earlier ones of its kind and comment. A receiver that fails gets one, now and then.
with recursive waiting as (  -- each receiver once, by steps through the index: what waits may be much
    (
        select o.site_id, o.receiver from outbox o
        where o.delivered_at is null and o.failed_at is null order by o.site_id, o.receiver limit 1
    )
    union all
    select further.site_id, further.receiver from waiting w cross join lateral (
        select o.site_id, o.receiver from outbox o
        where o.delivered_at is null and o.failed_at is null
          and (o.site_id, o.receiver) > (w.site_id, w.receiver)
        order by o.site_id, o.receiver limit 1
    ) further
), ready as materialized (
    select w.site_id, w.receiver, s.own_settings ->> 'webhook_url' as url, coalesce(c.failures, 0) as failures,
           webhook_secrets(r.secret_number, r.secret_at, r.secret_before) as secrets
    from waiting w
    join site s on s.id = w.site_id
    left join receiver r on r.site_id = w.site_id
    left join circuit c on c.site_id = w.site_id and c.receiver = w.receiver
    cross join lateral (
        select o.next_at from outbox o
        where o.site_id = w.site_id and o.receiver = w.receiver
          and o.delivered_at is null and o.failed_at is null and o.next_at <= now()
        order by o.next_at limit 1
    ) first
    where (w.receiver <> '' or s.own_settings ->> 'webhook_url' is not null)
      and (w.site_id, w.receiver) not in (select * from unnest($1::uuid[], $2::text[]))
      and c.disabled_at is null and (c.failing_since is null or c.probe_at <= now())
    order by first.next_at limit $4
), due as materialized (
    select o.id, o.comment_id, o.version, w.url, w.failures, w.secrets, w.site_id, w.receiver
    from ready w
    cross join lateral (
        select n.id, n.comment_id, n.version from outbox n
        where n.site_id = w.site_id and n.receiver = w.receiver
          and n.delivered_at is null and n.failed_at is null and n.next_at <= now()
          and not exists (
              select from outbox e
              where e.comment_id = n.comment_id and e.kind = n.kind and e.version < n.version
                and e.delivered_at is null and e.failed_at is null
          )
        order by n.next_at limit case when w.failures > 0 then 1 else $3 end
        for update skip locked
    ) o
), probed as (
    update circuit c set probe_at = now() + $5::interval from due
    where c.site_id = due.site_id and c.receiver = due.receiver and due.failures > 0
)
update outbox n set next_at = now() + $5::interval, sent_at = now()
from due
join comment c on c.id = due.comment_id
left join decision d on d.comment_id = due.comment_id and d.version = due.version
where n.id = due.id
returning n.id, n.kind, n.site_id, n.receiver, n.comment_id, n.version, n.status::text as status,
          n.created_at as at, n.attempts, coalesce(n.external_id, c.external_id) as external_id,
          coalesce(n.url, due.url) as url, c.page, d.from_status::text as previous_status, d.reason,
          d.actor::text as actor, due.failures, due.secrets;

-- name: delivered
-- The receiver has taken it, and is there. A callback whose comment was decided otherwise meanwhile stays open.
with back as (
    update circuit set failing_since = null, failures = 0
    where site_id = $2 and receiver = $3 and failing_since is not null
)
update outbox set delivered_at = now(), attempts = attempts + 1, last_status = $5, last_error = null,
       tried_at = now()
where id = $1 and version = $4;

-- name: gone
-- A callback's address, or a reader's, wants nothing any more: what waits for it is given up, and its host is there.
with back as (
    update circuit set failing_since = null, failures = 0
    where site_id = $2 and receiver = $3 and failing_since is not null
), waiting as (
    select id from outbox
    where site_id = $2 and receiver = $3 and url = $4 and delivered_at is null and failed_at is null
      and next_at < 'infinity'
    for update skip locked
)
update outbox o set failed_at = now(), attempts = attempts + (o.id = $1)::int, last_status = $5, last_error = $6,
       tried_at = case when o.id = $1 then now() else tried_at end
from waiting where o.id = waiting.id;

-- name: retry
-- The receiver has not taken it: try again, or give up after the longest age.
update outbox set attempts = attempts + 1, next_at = now() + $3::interval, tried_at = now(),
       last_status = $5, last_error = $6,
       failed_at = case when coalesce(replayed_at, created_at) < now() - $4::interval then now() end
where id = $1 and version = $2 and delivered_at is null
returning failed_at is not null as given_up;

-- name: away
-- A receiver fails: nothing is sent for $3, then one event at a time. With $4 nothing until its URL is set again.
insert into circuit as c (site_id, receiver, failing_since, failures, probe_at, disabled_at)
values ($1, $2, now(), 1, now() + $3::interval, case when $4 then now() end)
on conflict (site_id, receiver) do update
set failing_since = coalesce(c.failing_since, now()), failures = c.failures + 1,
    probe_at = excluded.probe_at, disabled_at = coalesce(c.disabled_at, excluded.disabled_at);

-- name: give_back
-- Give leased events back untried.
update outbox set next_at = now(), sent_at = tried_at
where id = any ($1::uuid[]) and delivered_at is null and next_at < 'infinity';

-- name: give_up_old
-- Close what nobody could deliver for too long, such as webhooks of a site that has none any more.
update outbox set failed_at = now()
where delivered_at is null and failed_at is null and next_at < 'infinity'
  and coalesce(replayed_at, created_at) < now() - $1::interval;

-- name: forget_old
-- Drop events that were closed long ago.
delete from outbox
where (delivered_at is not null or failed_at is not null) and created_at < now() - $1::interval;

-- name: forget_circuits
-- Drop how hosts of callbacks fared that nothing waits for.
delete from circuit c where c.receiver <> '' and not exists (
    select from outbox o where o.site_id = c.site_id and o.receiver = c.receiver
      and o.delivered_at is null and o.failed_at is null
);

-- name: backlog
-- How many events wait and how old the oldest is, in seconds; of callbacks those whose comment is decided.
select count(*) as waiting, coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as oldest
from outbox where delivered_at is null and failed_at is null and next_at < 'infinity';


-- name: receiver
-- A site's webhook, how it fares, and the numbers of its secrets in force.
select s.own_settings ->> 'webhook_url' as url, c.failing_since, c.disabled_at,
       case when c.failing_since is not null and c.disabled_at is null then c.probe_at end as next_probe_at,
       webhook_secrets(r.secret_number, r.secret_at, r.secret_before) as secrets
from site s
left join receiver r on r.site_id = s.id
left join circuit c on c.site_id = s.id and c.receiver = ''
where s.id = $1

-- name: receiver_on
-- A site's URL was set again: it gets webhooks again, at once; from the release before, too.
with before as (update receiver set failing_since = null, failures = 0, disabled_at = null where site_id = $1)
update circuit set failing_since = null, failures = 0, disabled_at = null where site_id = $1 and receiver = ''

-- name: rotate_secret
-- Another secret of what a site is told comes into force, of a number not below $2; the one before stays so for a day.
insert into receiver as r (site_id, secret_number, secret_at, secret_before) values ($1, greatest(1, $2), now(), 0)
on conflict (site_id) do update
set secret_number = greatest(r.secret_number + 1, $2), secret_at = now(), secret_before = r.secret_number
returning secret_number

-- name: add_callback
-- Have the decision about a queued comment told to an address; a trigger fills in the rest.
insert into outbox (id, kind, site_id, url) values ($1, 'callback', $2, $3) on conflict (id) do nothing

-- name: deliveries
-- What a site was told before an event ($2; null is now), the newest first; with $4 that one alone. A callback is
-- told of when its comment is decided.
select n.id, n.kind, n.comment_id, coalesce(n.external_id, c.external_id, gone.external_id) as external_id,
       n.version, n.status::text as status, n.created_at,
       case when n.recalled then 'recalled' when n.delivered_at is not null then 'delivered'
            when n.failed_at is not null then 'given_up' else 'waiting' end as state,
       n.attempts, n.last_status, n.last_error as error, n.tried_at as last_attempt_at,
       case when n.delivered_at is null and n.failed_at is null and r.disabled_at is null
             and (n.kind <> 'webhook' or s.own_settings ? 'webhook_url')
            then greatest(n.next_at, case when r.failing_since is not null then r.probe_at end)
       end as next_attempt_at,
       n.delivered_at
from outbox n
join site s on s.id = n.site_id
join comment c on c.id = n.comment_id
left join circuit r on r.site_id = n.site_id and r.receiver = n.receiver
left join erased_id gone on gone.comment_id = n.comment_id
where n.site_id = $1 and n.next_at < 'infinity' and ($4::uuid is null or n.id = $4)
  and (n.created_at, n.id) < (
      case when $2::uuid is null then 'infinity'
           else (select b.created_at from outbox b where b.id = $2 and b.site_id = $1) end,
      coalesce($2, n.id)
  )
order by n.created_at desc, n.id desc limit $3

-- name: replay
-- An event is due again, as if it were new; a callback, if its address is known, with what is decided by now.
update outbox o
set delivered_at = null, failed_at = null, recalled = false, attempts = 0, next_at = now(), replayed_at = now(),
    status = case when o.kind = 'callback' then c.status else o.status end,
    version = case when o.kind = 'callback' then c.version else o.version end
from comment c
where o.site_id = $1 and o.id = $2 and c.id = o.comment_id
  and (o.kind = 'webhook' or o.kind = 'callback' and o.url <> '' and c.status in ('approved', 'rejected'))
returning o.id
