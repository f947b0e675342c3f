-- Comments as websites list them. {where}, {after} and {order} are put in by db/threads.py from fixed
-- pieces; every value is a parameter.

-- name: page_comments
-- Approved comments of a page after the id $3, up to $4, with the number of all and the page's version; no
-- comments if that is one of $5. What a reply answers may not be shown. A page that has moved is what it is now.
with page as materialized (
    select coalesce(shown.count, 0) as count, named.title, closed, moved.to_page as moved_to,
           2 * coalesce(shown.version, 0) + closed::integer as version  -- a page may close by itself
    from page_at($1, $2) now (page_key)
    cross join lateral page_is_closed($1, now.page_key, $6) closed
    left join moved_page moved on moved.site_id = $1 and moved.from_key = $2
    left join page_shown shown on shown.site_id = $1 and shown.page_key = now.page_key
    left join page named on named.site_id = $1 and named.page_key = now.page_key
), shown as materialized (
    select c.id, c.parent_id, c.name, c.website, c.body, c.submitted_at, c.edited_at,
           c.parent_id is null or coalesce((
               select parent.status = 'approved' from comment parent where parent.id = c.parent_id
           ), false) as parent_shown
    from comment c
    where c.site_id = $1 and c.page_key = page_at($1, $2) and c.status = 'approved' and {after}
      and not exists (select from page where version = any ($5::bigint[]))
    order by {order} limit $4
)
select page.count, page.version, page.title, page.closed, page.moved_to, c.*
from page left join shown c on true order by {order}

-- name: own_comments
-- A site's own comments: those of each status by the index of their order, then the first of all.
select c.id, c.status, c.reasons, c.scores, c.language, c.page, c.parent_id, c.name, c.website, c.body,
       c.submitted_at, c.external_id, c.version, c.edited_at
from unnest({statuses}::comment_status[]) as asked (status)
cross join lateral (
    select * from comment c where {where} and c.status = asked.status order by {order} limit {limit}
) c
order by {order} limit {limit}
