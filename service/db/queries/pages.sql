-- What websites told of their pages, where these have moved, and how many comments they show.

-- name: name_pages
-- Keeps titles of pages; the newest counts.
insert into page (site_id, page_key, title)
select distinct on (1, 2) told.site_id, page_at(told.site_id, told.page_key), told.title
from unnest($1::uuid[], $2::bytea[], $3::text[]) as told (site_id, page_key, title) order by 1, 2
on conflict (site_id, page_key) do update set title = excluded.title, titled_at = now()
where page.title <> excluded.title

-- name: page_counts
-- How many comments pages $2 of a site show, in the order asked; those that have moved, where they are.
select coalesce(shown.count, 0) as count
from unnest($2::bytea[]) with ordinality as asked (page_key, place)
left join moved_page moved on moved.site_id = $1 and moved.from_key = asked.page_key
left join page_shown shown
    on shown.site_id = $1 and shown.page_key = coalesce(moved.to_key, asked.page_key)
order by asked.place

-- name: page_state
-- What a page is called, whether it takes no more comments, and where it has moved.
select (select title from page where site_id = $1 and page_key = now.page_key) as title,
       page_is_closed($1, now.page_key, $3) as closed,
       (select to_page from moved_page where site_id = $1 and from_key = $2) as moved_to
from page_at($1, $2) as now (page_key)

-- name: hold_moves
-- Lets nobody else write comments of a site, or move its pages, until the transaction ends.
select pg_advisory_xact_lock(moving_lock($1))

-- name: moved_pages
-- Where the pages of sites $1 with keys $2 have moved, of those that have.
select m.site_id, m.from_key, m.to_key, m.to_page
from unnest($1::uuid[], $2::bytea[]) as asked (site_id, page_key)
join moved_page m on m.site_id = asked.site_id and m.from_key = asked.page_key

-- name: moved_comments
-- Gives the comments of page $2 of a site to page $3 with address $4; in the order in which all lock them.
with held as (
    select id from comment where site_id = $1 and page_key = $2 order by id for no key update
)
update comment c set page_key = $3, page = $4 from held where c.id = held.id

-- name: moved_title
-- Lets page $3 have the title of page $2, unless it has one of its own.
with gone as (delete from page where site_id = $1 and page_key = $2 returning title)
insert into page (site_id, page_key, title) select $1, $3, title from gone on conflict do nothing

-- name: moved_closed
-- Lets page $3 with address $4 be closed where page $2 was.
with gone as (delete from closed_page where site_id = $1 and page_key = $2 returning closed_at)
insert into closed_page (site_id, page_key, page, closed_at) select $1, $3, $4, closed_at from gone
on conflict do nothing

-- name: note_move
-- Keeps that page $2 of a site is page $3 with address $4 by now, as is all that had moved to it.
with before as (
    update moved_page set to_key = $3, to_page = $4 where site_id = $1 and to_key = $2
)
insert into moved_page (site_id, from_key, to_key, to_page) values ($1, $2, $3, $4)

-- name: forget_move
-- Lets a page be one of its own again.
delete from moved_page where site_id = $1 and from_key = $2

-- name: pages_of_site
-- The next $3 pages of a site behind key $2 that have comments, are closed, or that another has moved to. Those of
-- comments are found by steps along the index of pages, however many comments each has.
with recursive commented as (
    (select page_key from comment where site_id = $1 and page_key > $2 order by page_key limit 1)
    union all
    select (
        select c.page_key from comment c
        where c.site_id = $1 and c.page_key > commented.page_key order by c.page_key limit 1
    ) from commented where commented.page_key is not null
), known as (
    (select page_key, null as page from commented where page_key is not null limit $3)
    union all
    (select page_key, page from closed_page where site_id = $1 and page_key > $2 order by page_key limit $3)
    union all
    (select distinct to_key, to_page from moved_page where site_id = $1 and to_key > $2 order by to_key limit $3)
), next as (
    select page_key, max(page) as page from known group by page_key order by page_key limit $3
)
select next.page_key,
       coalesce(next.page, (
           select c.page from comment c where c.site_id = $1 and c.page_key = next.page_key order by c.id limit 1
       )) as page,
       (select count(*) from comment c where c.site_id = $1 and c.page_key = next.page_key) as comments
from next order by next.page_key
