-- Comments as websites list them. {where}, {newest}, {order}, {page} and {pages} are put in by db/threads.py from fixed
-- pieces; every value is a parameter.

-- name: page_heads
-- The number of comments that pages show, their versions and states, in the order asked for. A page that
-- has moved is what it is now.
select coalesce(shown.count, 0) as count,
       2 * coalesce(shown.version, 0) + closed::integer as version,  -- a page may close by itself
       named.title, closed, moved.to_page as moved_to
from {pages} asked (site_id, page_key, closes_before, place)
cross join lateral page_at(asked.site_id, asked.page_key) now (page_key)
cross join lateral page_is_closed(asked.site_id, now.page_key, asked.closes_before) closed
left join moved_page moved on moved.site_id = asked.site_id and moved.from_key = asked.page_key
left join page_shown shown on shown.site_id = asked.site_id and shown.page_key = now.page_key
left join page named on named.site_id = asked.site_id and named.page_key = now.page_key
order by asked.place

-- name: page_comments
-- Approved comments of a page after the id $3, up to $4, with the page's head. What a reply answers may not
-- be shown.
with page as materialized (
    {page}
)
select page.*, c.*
from page left join shown_on_page($1, page_at($1, $2), $3, {newest}, $4) c on true order by {order}

-- name: own_comments
-- A site's own comments: those of each status by the index of their order, then the first of all.
select c.id, c.status, c.reasons, c.scores, c.language, c.page, c.parent_id, c.name, c.website, c.body,
       c.submitted_at, c.external_id, c.version, c.edited_at
from unnest({statuses}::comment_status[]) as asked (status)
cross join lateral (
    select * from comment c where {where} and c.status = asked.status order by {order} limit {limit}
) c
order by {order} limit {limit}
