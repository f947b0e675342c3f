-- What websites told of their pages, and how many comments these show.

-- name: name_pages
-- Keeps titles of pages; the newest counts.
insert into page (site_id, page_key, title)
select * from unnest($1::uuid[], $2::bytea[], $3::text[])
on conflict (site_id, page_key) do update set title = excluded.title, titled_at = now()
where page.title <> excluded.title

-- name: page_counts
-- How many comments pages $2 of a site show, in the order asked.
select coalesce(shown.count, 0) as count
from unnest($2::bytea[]) with ordinality as asked (page_key, place)
left join page_shown shown on shown.site_id = $1 and shown.page_key = asked.page_key
order by asked.place

-- name: page_state
-- What a page is called, and whether it takes no more comments.
select (select title from page where site_id = $1 and page_key = $2) as title,
       page_is_closed($1, $2, $3) as closed
