-- Changes of a site's comments, in the order in which they are numbered when somebody reads.

-- name: feed_open
-- A place for a site's last number, once.
insert into event_feed (site_id) values ($1) on conflict do nothing

-- name: feed_hold
-- The last number of a site; nobody else numbers until the transaction ends.
select last from event_feed where site_id = $1 for update

-- name: feed_number
-- Numbers the next $3 events of a site after $2, of those that are committed by now; returns the last number.
with next as materialized (
    select comment_id, version, $2 + row_number() over (order by written) as number
    from (
        select comment_id, version, written from event
        where site_id = $1 and number is null order by written limit $3
    ) unread
), numbered as (
    update event e set number = next.number from next
    where e.comment_id = next.comment_id and e.version = next.version
)
update event_feed set last = $2 + (select count(*) from next) where site_id = $1 returning last

-- name: feed_unread
-- Whether a site has events without a number.
select exists (select from event where site_id = $1 and number is null)

-- name: feed_after
-- The $3 events of a site after a number.
select e.number, d.at, e.comment_id, coalesce(c.external_id, gone.external_id) as external_id, c.page,
       d.to_status::text as status, d.from_status::text as previous_status, d.reason,
       d.actor::text as actor, e.version
from event e
join decision d on d.comment_id = e.comment_id and d.version = e.version
join comment c on c.id = e.comment_id
left join erased_id gone on gone.comment_id = e.comment_id
where e.site_id = $1 and e.number > $2
order by e.number
limit $3
