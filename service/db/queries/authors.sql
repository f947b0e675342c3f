-- Everything of one author.

-- name: author_comments
-- Every comment under the ids that an author has on the sites, oldest first.
select c.id, s.name as site, c.page, c.parent_id, c.name, c.website, c.body, c.status::text,
       c.language, c.submitted_at, c.edited_at,
       array(select body from edit where comment_id = c.id order by version) as former_bodies
from comment c join site s on s.id = c.site_id
where c.author_id = any($1::uuid[]) order by c.id

-- name: author_labels
-- What was said of texts of an author that have no comment here, oldest first.
select l.id, s.name as site, l.text, l.label, l.value, l.provenance, l.at
from label l join site s on s.id = l.site_id
where l.author_id = any($1::uuid[]) order by l.id

-- name: erase_author_labels
-- Forget the texts of an author that have no comment here, what clients said of any of theirs, and moderators'
-- views of theirs alone.
with said as (delete from akismet_word where author_id = any($1::uuid[])),
     views as (
         delete from saved_view v using unnest($1::uuid[]) author
         where strpos(v.query, 'author=' || author) > 0
     )
delete from label where author_id = any($1::uuid[])
