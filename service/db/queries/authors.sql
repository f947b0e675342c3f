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

-- name: told_of_author
-- When each site was first told something of an author's texts that a model could learn: by people, by the website, by
-- what was imported, by a comment that was published by itself, and by clients.
select said.site_id, s.name as site, min(said.at) as first
from (
    select c.site_id, d.at
    from comment c join decision d on d.comment_id = c.id
    where c.author_id = any($1::uuid[])
      and (d.actor in ('moderator', 'site') and d.action in ('approve', 'reject')
           or d.version = 1 and d.to_status = 'approved'
           or d.version = 1 and d.actor = 'system' and d.to_status = 'rejected')
    union all
    select l.site_id, l.at from label l where l.author_id = any($1::uuid[])
) said
join site s on s.id = said.site_id
group by said.site_id, s.name
order by s.name

-- name: learners
-- What learnt from annotations: of the sites of $1 their adaptations, then model versions, each the newest first.
select 'adaptation' as kind, a.site_id, a.version, a.made_at as made, a.card -> 'annotations' as annotations,
       a.id is not distinct from (
           select e.adaptation_id from adaptation_event e
           where e.site_id = a.site_id and e.action <> 'fitted'
           order by e.id desc limit 1
       ) as serves, a.id
from adaptation a
where a.site_id = any($1::uuid[])
union all
select 'model', null, m.version, m.added_at, m.card -> 'decisions', m.state = 'active', m.id
from model_version m
where jsonb_typeof(m.card -> 'decisions') = 'object'
order by kind, id desc
