-- Comments as the website posts and shows them.

-- name: place_comments
-- Writes new comments whose verdicts expect what is so; what is known of the others, by place. $1 rows,
-- $2 and $3 the smallest ids of the last minute and day. Why it is a function: see its newest migration.
select place, known from place_comments($1::jsonb, $2, $3)

-- name: comment_first_answer
-- A comment with the verdict it was first given, for the answer to a repeated idempotency key.
select c.id, c.request_digest, d.to_status as status, d.reasons, d.scores,
       coalesce(first.language, c.language) as language, c.page, c.parent_id, c.name, c.website,
       coalesce(first.body, c.body) as body, c.submitted_at, c.external_id, 1 as version,
       null::timestamptz as edited_at, c.status as status_now
from comment_key k
join comment c on c.id = k.comment_id
join decision d on d.comment_id = c.id and d.version = 1
left join lateral (
    select body, language from edit where comment_id = c.id order by version limit 1
) first on true
where k.site_id = $1 and k.idempotency_key = $2

-- name: comment_is_kept
-- Waits until all that was written before is kept: on disk, and by the replica where commits wait for one. It is a mark
-- in the log, which nothing reads; a transaction that writes nothing would wait for nothing.
select pg_logical_emit_message(true, 'moderation', '')

-- name: comment_get
-- One comment of a site as it stands.
select id, status, reasons, scores, language, page, parent_id, name, website, body, submitted_at,
       external_id, version, edited_at
from comment where id = $1 and site_id = $2

-- name: comment_to_edit
-- What an edit of a comment goes by; its contact is there to mask the author's own address. The ruling is
-- the newest decision that is no edit.
select c.version, c.status, c.name, c.website, c.body, c.page, c.page_key, c.parent_id, c.author_id, c.origin,
       c.fingerprint, c.reasons, c.submitted_at, contact.email, ruling.action as ruled, ruling.to_status as ruling
from comment c
left join comment_contact contact on contact.author_id = c.author_id
join lateral (
    select d.action, d.to_status from decision d
    where d.comment_id = $1 and d.action <> 'edit' order by d.version desc limit 1
) ruling on true
where c.id = $1 and c.site_id = $2

-- name: comment_edited
-- Gives a comment another text with what was made of it; what it said before is kept, its shadow scores not.
with before as (
    insert into edit (comment_id, version, body, language)
    select id, version + 1, body, language from comment where id = $1
), shadows as (
    delete from shadow_score where comment_id = $1
)
update comment
set body = $2, fingerprint = $3, reasons = $4, scores = $5, risk = $6, language = $7, model_version = $8,
    linear_scores = $9, edited_at = now()
where id = $1

-- name: hold_turns
-- Takes the turns of authors $1 and what else comments may share, locks $2, in the order in which place_comments
-- does: whoever waits for a turn holds nothing yet, so no row is written before its turn has come.
select pg_advisory_xact_lock(in_order.lock) from (
    select uuid_hash_extended(author, 0) as lock from unnest($1::uuid[]) author
    union select unnest($2::bigint[]) order by 1
) in_order

-- name: hold_pages
-- Takes the rows of pages $1 $2, in the order in which every statement does, for the transaction: its later
-- statements then wait for nobody who waits for them.
insert into page_shown as p (site_id, page_key, count, version, since, until)
select distinct given.site_id, given.page_key, 0, 0,
       'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid, '00000000-0000-0000-0000-000000000000'::uuid
from unnest($1::uuid[], $2::bytea[]) as given (site_id, page_key) order by 1, 2
on conflict (site_id, page_key) do update set version = p.version

-- name: hold_moves
-- Lets no page of sites $1 move until the transaction ends.
select pg_advisory_xact_lock_shared(in_order.lock)
from (select distinct moving_lock(site) as lock from unnest($1::uuid[]) site order by 1) in_order

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
