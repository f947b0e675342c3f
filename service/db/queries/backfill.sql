-- Rows of releases before, brought to the form of this one, a batch at a time along their ids.

-- name: backfill_rows
-- The next comments after an id, with what tells the key of their page.
select id, site_id, page, page_key from comment where id > $1 order by id limit $2

-- name: backfill_search
-- Make comments be found by what one sees.
update comment set found_by = search_words(search_form(name || ' ' || body))
where id = any($1::uuid[]) and found_by is null

-- name: backfill_pages
-- Give comments the normal form of their page. $1 ids, $2 pages, $3 keys.
update comment set page = given.page, page_key = given.page_key
from unnest($1::uuid[], $2::text[], $3::bytea[]) as given (id, page, page_key)
where comment.id = given.id

-- name: closed_pages
-- Every page that takes no comments.
select site_id, page, page_key from closed_page

-- name: move_closed_page
-- Close a page under its normal form instead. $1 site, $2 old key, $3 new key, $4 page.
with moved as (delete from closed_page where site_id = $1 and page_key = $2 returning closed_at)
insert into closed_page (site_id, page_key, page, closed_at)
select $1, $3, $4, closed_at from moved on conflict do nothing

-- name: backfill_lock
-- One process at a time does it; the others go on without.
select pg_try_advisory_xact_lock(hashtext('moderation.backfill'))

-- name: backfill_place
-- How far it is: the last id that was done.
select value from installation where name = 'backfilled_to'

-- name: backfill_reach
-- Note how far it is.
insert into installation (name, value) values ('backfilled_to', $1)
on conflict (name) do update set value = excluded.value
