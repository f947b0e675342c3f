-- Erasing a comment for good.

-- name: comment_erase
-- Empties a comment; its row, page and decisions stay for the audit.
update comment
set name = '', body = '', website = null, author_id = null, origin = null, external_id = null,
    request_digest = null, fingerprint = sha256(id::text::bytea)
where id = $1

-- name: comment_external_id
-- The site's own id of a comment.
select external_id from comment where id = $1

-- name: notices_named
-- What is still to be told of an erased comment keeps the site's own id of it.
with kept as (
    insert into erased_id (comment_id, external_id) select $1, $2 where $2::text is not null
    on conflict do nothing
)
update outbox set external_id = $2
where comment_id = $1 and delivered_at is null and failed_at is null

-- name: comment_author
-- The author of a comment, never leaving the service.
select author_id from comment where id = $1

-- name: erase_derived
-- What else holds words of an erased comment: labels, shadow scores, moderators' notes, digests, edits,
-- what its author asked to be told.
with labels as (delete from label where comment_id = $1),
     shadows as (delete from shadow_score where comment_id = $1),
     places as (delete from akismet_waiting where comment_id = $1),
     said as (delete from akismet_word where comment_id = $1),
     edits as (delete from edit where comment_id = $1),
     reports as (delete from report where comment_id = $1),
     wishes as (delete from reader_wish where comment_id = $1)
update decision set note = null where comment_id = $1 and note is not null

-- name: contact_drop_unused
-- Forgets an author's contact when no comment of theirs is left.
delete from comment_contact
where author_id = $1 and not exists (select from comment where author_id = $1)
