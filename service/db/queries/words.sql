-- The lists of words of sites: see migration 0150.

-- name: word_versions
-- Which version of their lists sites have.
select id, words_version from site where id = any($1::uuid[])

-- name: all_words
-- A site's lists whole, in the order that entries came, with their version.
select s.words_version as version,
       coalesce(array_agg(w.entry order by w.id) filter (where w.list = 'blocked'), '{}') as blocked,
       coalesce(array_agg(w.entry order by w.id) filter (where w.list = 'held'), '{}') as held
from site s left join site_word w on w.site_id = s.id where s.id = $1 group by s.id

-- name: word_forms
-- Which of these forms a list has already.
select form from site_word where site_id = $1 and list = $2 and form = any($3::text[])

-- name: add_words
-- Add entries to a list. $3 entries, $4 their forms, $5 who adds them.
insert into site_word (site_id, list, entry, form, added_by)
select $1, $2, given.entry, given.form, $5
from unnest($3::text[], $4::text[]) with ordinality as given (entry, form, place)
order by given.place on conflict do nothing

-- name: remove_words
-- Take entries out of a list, by what is compared of them or as they are written.
delete from site_word
where site_id = $1 and list = $2 and (form = any($3::text[]) or entry = any($4::text[]))
returning entry

-- name: remove_other_words
-- Take every entry but these out of a list.
delete from site_word where site_id = $1 and list = $2 and entry <> all($3::text[])

-- name: remove_word
-- Take one entry out.
delete from site_word where site_id = $1 and id = $2 returning entry

-- name: word_counts
-- How many entries each list of a site has.
select list, count(*) as entries from site_word where site_id = $1 group by list

-- name: whole_list
-- A list whole, in the order that entries came.
select w.id, w.list, w.entry, w.hits, w.last_hit, w.added_at, staff.name as added_by
from site_word w left join staff on staff.id = w.added_by
where w.site_id = $1 and w.list = $2 order by w.id

-- name: words_by_time
-- Entries of a list that have a text in them, the newest first, from one on. $4 where, $5 how many.
select w.id, w.list, w.entry, w.hits, w.last_hit, w.added_at, staff.name as added_by
from site_word w left join staff on staff.id = w.added_by
where w.site_id = $1 and w.list = $2 and position($3 in coalesce(w.form, lower(w.entry))) > 0
  and w.id < $4
order by w.id desc limit $5

-- name: words_by_hits
-- The same, those that were met most often first. $4 and $6 where: hits, and the id among equals.
select w.id, w.list, w.entry, w.hits, w.last_hit, w.added_at, staff.name as added_by
from site_word w left join staff on staff.id = w.added_by
where w.site_id = $1 and w.list = $2 and position($3 in coalesce(w.form, lower(w.entry))) > 0
  and (w.hits, w.id) < ($6::bigint, $4)
order by w.hits desc, w.id desc limit $5

-- name: count_hits
-- Add to the counts of entries: sites, lists, entries, how often. Rows in one order, for several
-- processes do this at once.
with met as (
    select w.id, given.hits
    from unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[]) as given (site_id, list, entry, hits)
    join site_word w using (site_id, list, entry)
    order by w.id for update of w
)
update site_word w set hits = w.hits + met.hits, last_hit = now() from met where w.id = met.id

-- name: words_without_form
-- Entries that the release before wrote, of which nothing is known yet that could be compared.
select id, entry from site_word where form is null limit $1

-- name: form_words
-- Keep what is compared of entries. $1 ids, $2 forms.
update site_word set form = given.form from unnest($1::bigint[], $2::text[]) as given (id, form)
where site_word.id = given.id

-- name: newest_texts
-- A site's newest comments as moderators see them: each status has its index. An audit waits, for all that they know.
select found.name, found.website, found.body, found.status
from unnest(array['approved', 'pending', 'rejected']::comment_status[]) as each (status)
cross join lateral (
    select c.id, c.name, c.website, c.body,
           case when c.audited_version = c.version then 'pending' else c.status::text end as status
    from comment c where c.site_id = $1 and c.status = each.status order by c.id desc limit $2
) found
order by found.id desc limit $2
