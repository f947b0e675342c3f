-- Everything of one author.

-- name: author_comments
-- Every comment under the ids that an author has on the sites, oldest first.
select c.id, s.name as site, c.page, c.parent_id, c.name, c.website, c.body, c.status::text,
       c.language, c.submitted_at
from comment c join site s on s.id = c.site_id
where c.author_id = any($1::uuid[]) order by c.id
