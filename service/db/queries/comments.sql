-- Comments as the website posts and shows them.

-- name: write_comments
-- Writes new comments whose verdicts expect what is so; what is known of the others, by place. $1 rows,
-- $2 and $3 the smallest ids of the last minute and day. Why it is a function: see its migration.
select place, known from write_comments($1::jsonb, $2, $3)

-- name: comment_first_answer
-- A comment with the verdict it was first given, for the answer to a repeated idempotency key.
select c.id, c.request_digest, d.to_status as status, d.reasons, d.scores, c.language, c.page,
       c.parent_id, c.name, c.website, c.body, c.submitted_at, c.external_id, 1 as version,
       c.status as status_now
from comment c join decision d on d.comment_id = c.id and d.version = 1
where c.site_id = $1 and c.idempotency_key = $2

-- name: comment_get
-- One comment of a site as it stands.
select id, status, reasons, scores, language, page, parent_id, name, website, body, submitted_at,
       external_id, version
from comment where id = $1 and site_id = $2

-- name: hold_pages
-- Takes the rows of pages $1 $2, in the order in which every statement does, for the transaction: its later
-- statements then wait for nobody who waits for them.
insert into page_shown as p (site_id, page_key, count, version)
select distinct given.site_id, given.page_key, 0, 0
from unnest($1::uuid[], $2::bytea[]) as given (site_id, page_key) order by 1, 2
on conflict (site_id, page_key) do update set version = p.version

-- name: languages_of
-- In which languages the newest approved comments of some sites are, among their newest 300 decided.
select s.id as site_id, c.language, count(*) as count
from unnest($1::uuid[]) s (id)
cross join lateral (
    select language, status from comment
    where site_id = s.id order by decided_at desc, id desc limit 300
) c
where c.status = 'approved' and c.language is not null
group by s.id, c.language
