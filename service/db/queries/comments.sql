-- Comments as the website posts and shows them.

-- name: comment_context
-- All that the verdict on a new comment needs of the database, as one row.
-- $1 site, $2 idempotency key, $3 parent, $4 page key, $5 author, $6 fingerprint, $7 origin,
-- $8 the smallest id of the last minute, $9 the smallest id of the last day.
select
    (select earlier.id from comment earlier
      where earlier.site_id = $1 and earlier.idempotency_key = $2) as earlier_id,
    (select parent.page_key = $4 and parent.status <> 'erased' from comment parent
      where parent.id = $3 and parent.site_id = $1) as parent_fits,
    exists (select from closed_page where site_id = $1 and page_key = $4) as page_closed,
    (select count(*) from (select from comment same
      where same.site_id = $1 and same.fingerprint = $6 and same.id >= $9 limit 3) same_rows)
        as same_text,
    (select count(*) from (select from comment near
      where near.origin = $7 and near.id >= $8 limit 1000) near_rows) as origin_recent,
    author.*
from (
    select
        count(*) as author_comments,
        count(*) filter (where status = 'approved') as author_approved,
        count(*) filter (where status = 'rejected') as author_rejected,
        count(*) filter (where id >= $8) as author_recent,
        coalesce(bool_or(page_key = $4 and fingerprint = $6 and id >= $9), false) as author_same
    from (
        select id, status, page_key, fingerprint from comment
        where author_id = $5 order by id desc limit 200
    ) latest
) author

-- name: comment_insert
-- A new comment with its contact, first decision and notice; no row when its idempotency key is taken.
with contact as (
    insert into comment_contact (author_id, site_id, email)
    select $3, $2, $4 where $4::bytea is not null
    on conflict (author_id) do nothing
), new as (
    insert into comment (
        id, site_id, author_id, page, page_key, parent_id, origin, name, website, body,
        fingerprint, external_id, idempotency_key, request_digest, status, reasons, scores, risk,
        language, model_version, submitted_at, decided_at
    )
    values ($1, $2, $3, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
            $20, $21, $22, $22)
    on conflict (site_id, idempotency_key) where idempotency_key is not null do nothing
    returning id
), recorded as (
    insert into decision (
        comment_id, version, to_status, action, actor, reasons, scores, bands, model_version, at
    )
    select id, 1, $16, 'submit', $23, $17, $18, $24, $21, $22 from new
), noticed as (
    insert into notice (id, site_id, comment_id, version, status)
    select $25, $2, id, 1, $16 from new where $25::uuid is not null
)
select id from new

-- name: comment_first_answer
-- A comment with the verdict it was first given, for the answer to a repeated idempotency key.
select c.id, c.request_digest, d.to_status as status, d.reasons, d.scores, c.language, c.page,
       c.parent_id, c.name, c.website, c.body, c.submitted_at, c.status as status_now
from comment c join decision d on d.comment_id = c.id and d.version = 1
where c.site_id = $1 and c.idempotency_key = $2

-- name: comment_get
-- One comment of a site as it stands.
select id, status, reasons, scores, language, page, parent_id, name, website, body, submitted_at
from comment where id = $1 and site_id = $2

-- name: page_comments
-- Approved comments of a page after an id, oldest first.
select id, parent_id, name, website, body, submitted_at
from comment
where site_id = $1 and page_key = $2 and status = 'approved' and id > $3
order by id
limit $4

-- name: page_count
-- How many approved comments a page has.
select count(*) from comment where site_id = $1 and page_key = $2 and status = 'approved'
