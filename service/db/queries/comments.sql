-- Comments as the website posts and shows them.

-- name: comment_contexts
-- All that the verdicts on new comments need of the database, a row for each, in their order.
-- $1 sites, $2 idempotency keys, $3 parents, $4 page keys, $5 authors, $6 fingerprints, $7 origins,
-- $8 the smallest id of the last minute, $9 the smallest id of the last day.
select
    (select earlier.id from comment earlier
      where earlier.site_id = asked.site_id and earlier.idempotency_key = asked.idempotency_key)
        as earlier_id,
    (select parent.page_key = asked.page_key and parent.status <> 'erased' from comment parent
      where parent.id = asked.parent_id and parent.site_id = asked.site_id) as parent_fits,
    exists (select from closed_page closed
      where closed.site_id = asked.site_id and closed.page_key = asked.page_key) as page_closed,
    (select count(*) from (select from comment same
      where same.site_id = asked.site_id and same.fingerprint = asked.fingerprint
        and same.id >= $9 limit 3) same_rows) as same_text,
    (select count(*) from (select from comment near
      where near.origin = asked.origin and near.id >= $8 limit 1000) near_rows) as origin_recent,
    author.*
from unnest($1::uuid[], $2::text[], $3::uuid[], $4::bytea[], $5::uuid[], $6::bytea[], $7::bytea[])
        with ordinality as asked
        (site_id, idempotency_key, parent_id, page_key, author_id, fingerprint, origin, place),
    lateral (
        select
            count(*) filter (where status = 'approved') as author_approved,
            count(*) filter (where status = 'rejected') as author_rejected,
            count(*) filter (where id >= $8) as author_recent,
            coalesce(bool_or(page_key = asked.page_key and fingerprint = asked.fingerprint
                and id >= $9), false) as author_same
        from (
            select id, status, page_key, fingerprint from comment
            where author_id = asked.author_id order by id desc limit 200
        ) latest
    ) author
order by asked.place

-- name: comment_insert
-- New comments with contact, first decision and notice; ids of those whose idempotency key was free.
-- Authors are locked first, keys next, contacts last, each in one order, so that two processes never
-- wait for each other in a circle. The lock is against erasing: see author_lock in review.sql.
with new_row as materialized (
    select *, pg_advisory_xact_lock_shared(author_lock) as locked
    from (select *, uuid_hash_extended(author_id, 0) as author_lock from unnest(
        $1::uuid[], $2::uuid[], $3::uuid[], $4::bytea[], $5::text[], $6::bytea[], $7::uuid[],
        $8::bytea[], $9::text[], $10::text[], $11::text[], $12::bytea[], $13::text[], $14::text[],
        $15::bytea[], $16::comment_status[], $17::text[], $18::text[], $19::real[], $20::text[],
        $21::text[], $22::timestamptz[], $23::actor_kind[], $24::text[], $25::uuid[],
        $26::text[]
    ) as given (
        id, site_id, author_id, email, page, page_key, parent_id, origin, name, website, body,
        fingerprint, external_id, idempotency_key, request_digest, status, reasons, scores, risk,
        language, model_version, submitted_at, actor, bands, notice_id,
        linear_scores
    ) order by author_lock) in_order
), new as (
    insert into comment (
        id, site_id, author_id, page, page_key, parent_id, origin, name, website, body,
        fingerprint, external_id, idempotency_key, request_digest, status, reasons, scores, risk,
        language, model_version, submitted_at, decided_at, linear_scores
    )
    select id, site_id, author_id, page, page_key, parent_id, origin, name, website, body,
        fingerprint, external_id, idempotency_key, request_digest, status,
        string_to_array(reasons, ','), scores::jsonb, risk, language, model_version, submitted_at,
        submitted_at, linear_scores::jsonb
    from new_row order by site_id, idempotency_key
    on conflict (site_id, idempotency_key) where idempotency_key is not null do nothing
    returning id
), contact as (
    insert into comment_contact (author_id, site_id, email)
    select author_id, site_id, email from new join new_row using (id)
    where email is not null order by author_id
    on conflict (author_id) do nothing
), recorded as (
    insert into decision (
        comment_id, version, to_status, action, actor, reasons, scores, bands, model_version, at,
        linear_scores
    )
    select id, 1, status, 'submit', actor, string_to_array(reasons, ','), scores::jsonb,
        bands::jsonb, model_version, submitted_at, linear_scores::jsonb
    from new join new_row using (id)
), noticed as (
    insert into notice (id, site_id, comment_id, version, status)
    select notice_id, site_id, id, 1, status from new join new_row using (id)
    where notice_id is not null
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
