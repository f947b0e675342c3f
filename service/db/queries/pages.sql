-- What websites told of their pages.

-- name: name_pages
-- Keeps titles of pages; the newest counts.
insert into page (site_id, page_key, title)
select * from unnest($1::uuid[], $2::bytea[], $3::text[])
on conflict (site_id, page_key) do update set title = excluded.title, titled_at = now()
where page.title <> excluded.title
