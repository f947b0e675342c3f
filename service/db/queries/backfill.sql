-- Rows of releases before, brought to the form of this one, a batch at a time along their ids.

-- name: backfill_rows
-- The next comments after an id, with what tells the key of their page.
select id, site_id, page, page_key from comment where id > $1 order by id limit $2

-- name: backfill_due
-- Which of the comments $1 are to be changed: those on pages that move, $2, and those that are not found by what one
-- sees. Locked in the order in which decisions lock, and as they are then: nobody edits or erases them meanwhile.
select id from comment
where id = any($1::uuid[])
  and (id = any($2::uuid[]) or found_by is distinct from search_words(search_form(name || ' ' || body)))
order by id for no key update

-- name: backfill_search
-- Make comments that are locked be found by what one sees, as a release has it.
update comment set found_by = search_words(search_form(name || ' ' || body)) where id = any($1::uuid[])

-- name: backfill_holds
-- Lets nobody move pages of these sites meanwhile, as for new comments.
select pg_advisory_xact_lock_shared(in_order.lock)
from (select distinct moving_lock(site) as lock from unnest($1::uuid[]) as site order by 1) in_order

-- name: backfill_pages
-- Give locked comments the normal form of their page, or the page that it has moved to. $1 ids, $2 sites, $3 pages, $4 keys.
update comment set page = coalesce(moved.to_page, given.page), page_key = coalesce(moved.to_key, given.page_key)
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[]) as given (id, site_id, page, page_key)
left join moved_page moved on moved.site_id = given.site_id and moved.from_key = given.page_key
where comment.id = given.id

-- name: backfill_titles
-- Let pages have the titles of what is one with them by now, the newest of several, unless they have one of their own.
-- $1 sites, $2 old keys, $3 new ones.
with given as (
    select distinct site_id, old, page_at(site_id, new) as page_key
    from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as told (site_id, old, new)
), gone as (
    delete from page using given where page.site_id = given.site_id and page.page_key = given.old
    returning page.site_id, given.page_key, page.title, page.titled_at
)
insert into page (site_id, page_key, title, titled_at)
select distinct on (site_id, page_key) site_id, page_key, title, titled_at from gone
order by site_id, page_key, titled_at desc on conflict do nothing

-- name: backfill_holds_moves
-- Lets nobody write comments of sites whose pages have moved, or move more, until the transaction ends.
select pg_advisory_xact_lock(in_order.lock)
from (select distinct moving_lock(site_id) as lock from moved_page order by 1) in_order

-- name: moved_targets
-- Every page that another has moved to.
select distinct site_id, to_page as page, to_key as page_key from moved_page

-- name: end_circles
-- What moved to page $2 of a site, and is that page under its new key $3 itself, has not moved.
delete from moved_page where site_id = $1 and to_key = $2 and from_key in ($3, page_at($1, $3))

-- name: move_target
-- Let what moved to page $2 of a site have moved to the key $3 with address $4, or on to where that has moved.
update moved_page set to_key = coalesce(beyond.to_key, $3), to_page = coalesce(beyond.to_page, $4)
from (values (1)) one left join moved_page beyond on beyond.site_id = $1 and beyond.from_key = $3
where moved_page.site_id = $1 and moved_page.to_key = $2

-- name: closed_pages
-- Every page that takes no comments.
select site_id, page, page_key from closed_page

-- name: move_closed_page
-- Close a page under its normal form instead, or what that has moved to. $1 site, $2 old key, $3 new key, $4 page.
with moved as (delete from closed_page where site_id = $1 and page_key = $2 returning closed_at)
insert into closed_page (site_id, page_key, page, closed_at)
select $1, coalesce(beyond.to_key, $3), coalesce(beyond.to_page, $4), closed_at
from moved left join moved_page beyond on beyond.site_id = $1 and beyond.from_key = $3
on conflict do nothing

-- name: backfill_lock
-- One process at a time does it; the others go on without.
select pg_try_advisory_xact_lock(hashtext('moderation.backfill'))

-- name: backfill_place
-- How far it is: the form of pages, and the id up to which all is done.
select value from installation where name = 'brought_to'

-- name: backfill_reach
-- Note how far it is.
insert into installation (name, value) values ('brought_to', $1)
on conflict (name) do update set value = excluded.value
