-- The compatibility APIs: figures, labels that clients send, maps of scores.
-- Tables and a column are named door_*, door: renamed, the release before could not use them.

-- name: add_figures
-- Count what compatibility APIs said. $1 sites, $2 days, $3 APIs, $4 outcomes, $5 counts.
insert into door_figure (site_id, day, door, outcome, count)
select * from unnest($1::uuid[], $2::date[], $3::text[], $4::text[], $5::bigint[])
order by 1, 2, 3, 4
on conflict (site_id, day, door, outcome) do update set count = door_figure.count + excluded.count

-- name: figures
-- What a site's compatibility APIs said from a day on, up to another day, which is not included.
select door as api, outcome, sum(count)::bigint as count
from door_figure where site_id = $1 and day >= $2 and day < $3
group by door, outcome order by door, outcome

-- name: figures_by_site
-- What the compatibility APIs of every site, or of those of $2, said from a day on.
select site.name as site, f.door as api, f.outcome, sum(f.count)::bigint as count
from door_figure f join site on site.id = f.site_id
where f.day >= $1 and ($2::uuid[] is null or f.site_id = any($2))
group by site.name, f.door, f.outcome order by site.name, f.door, f.outcome

-- name: add_labels
-- What people said of texts, each thing once. $1 ids, $2 site, $3 texts, $4 language, $5 labels, $6 values, $7 provenance, $8 digests, $9 the author.
insert into label (id, site_id, text, language, label, value, provenance, content_digest, author_id)
select id, $2, text, $4, label, value, $7, digest, $9
from unnest($1::uuid[], $3::text[], $5::text[], $6::real[], $8::bytea[]) as given (id, text, label, value, digest)
on conflict (content_digest) where content_digest is not null
do update set author_id = excluded.author_id where label.author_id is null

-- name: maps
-- A site's maps to Perspective's scores.
select attribute, ours, theirs from perspective_map where site_id = $1

-- name: set_map
-- Keep a map in place of the one before.
insert into perspective_map (site_id, attribute, ours, theirs, figures)
values ($1, $2, $3, $4, $5)
on conflict (site_id, attribute) do update
set ours = excluded.ours, theirs = excluded.theirs, figures = excluded.figures, fitted_at = now()

-- name: told_maps
-- What a site's maps are: figures, number of knots, age.
select attribute, figures, cardinality(ours) as knots, fitted_at
from perspective_map where site_id = $1 order by attribute

-- name: remove_maps
-- Forget a site's maps.
delete from perspective_map where site_id = $1

-- name: coral_phase
-- A site by its name with the sealed secret of its Coral phase.
select site.id, site.name, site.own_settings as settings, phase.secret
from site join coral_phase phase on phase.site_id = site.id where site.name = $1

-- name: set_coral_secret
-- Keep a Coral phase's sealed secret in place of the one before.
insert into coral_phase (site_id, secret) values ($1, $2)
on conflict (site_id) do update set secret = excluded.secret

-- name: keep_words
-- What a client said of a comment counts in place of what it said before. $1 site, $2 digests, $3 whether each is spam, null to forget it, $4 its author, $5 the comment here.
with given as (select * from unnest($2::bytea[], $3::boolean[]) as given (digest, is_spam)),
forgotten as (
    delete from akismet_word w using given
    where w.site_id = $1 and w.digest = given.digest and given.is_spam is null
)
insert into akismet_word (site_id, digest, is_spam, author_id, comment_id)
select $1, digest, is_spam, $4, $5 from given where is_spam is not null
on conflict (site_id, digest) do update
set is_spam = excluded.is_spam, at = now(),
    author_id = excluded.author_id, comment_id = excluded.comment_id

-- name: word_of
-- What was said last of a comment, by any of its digests.
select is_spam from akismet_word where site_id = $1 and digest = any ($2::bytea[])
order by at desc limit 1

-- name: note_waiting
-- Where a queued comment stands, for an edit of it.
insert into akismet_waiting (comment_id, site_id, place, written) values ($1, $2, $3, $4)
on conflict (comment_id) do nothing

-- name: waiting_at
-- Comments that wait there, the newest first; those decided are forgotten.
with gone as (
    delete from akismet_waiting w using comment c
    where w.site_id = $1 and w.place = $2 and c.id = w.comment_id and c.status <> 'pending'
)
select c.id, c.body, w.written
from akismet_waiting w join comment c on c.id = w.comment_id
where w.site_id = $1 and w.place = $2 and c.status = 'pending'
order by c.id desc limit 50

-- name: release_key
-- An erased comment answers for its key no longer.
update comment set idempotency_key = null where id = $1 and status = 'erased'
