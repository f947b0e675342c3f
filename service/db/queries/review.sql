-- The review queue, claims and decisions. {where} and {order} are put in by db/review.py from
-- fixed pieces, {months} of what waits by db/spans.py; every value is a parameter.

-- name: review_items
-- Comments as moderators see them: with claim, parent and the author's record, without contact.
with c as materialized (
    select * from comment c where {where} order by {order} limit {limit}
)
select c.id, c.site_id, site.name as site, c.page, page.title as page_title, near.parent_id, c.name, c.website, c.body,
       case when c.audited_version = c.version then 'pending' else c.status end as status, c.version,
       case when c.audited_version = c.version then c.shown_reasons else c.reasons end as reasons, c.scores, c.linear_scores, c.risk,
       uncertainty(c.scores) as uncertainty, c.language, c.model_version,
       c.submitted_at, c.decided_at,
       holder.name as claimed_by, claim.expires_at as claim_expires_at,
       near.parent_name, near.parent_body, near.parent_status,
       author.id as author,
       case when author.until <= now() then 'normal' else coalesce(author.standing, 'normal') end as standing,
       case when author.until > now() then author.until end as until,
       near.approved, near.rejected, near.pending, near.first_seen, coalesce(audit.shown_bands, near.bands) as bands,
       reported.reports
from c
join around_waiting(array(select id from c), array(select parent_id from c), array(select author_id from c)) near on near.id = c.id
join site on site.id = c.site_id
left join claim on claim.comment_id = c.id and claim.expires_at > now()
left join staff holder on holder.id = claim.staff_id
left join lateral (  -- by reason, as no approval has answered yet
    select jsonb_object_agg(reason, count) as reports from (
        select r.reason, count(*) from report r
        where r.comment_id = c.id and r.version >= approved_at(c.id)
        group by r.reason
    ) each
) reported on true
left join audit on audit.comment_id = c.id and c.audited_version = c.version
left join author on author.author_id = c.author_id
left join page on page.site_id = c.site_id and page.page_key = c.page_key
order by {order}

-- name: claim_next
-- Leases the next unclaimed pending comments; a row that a colleague took meanwhile is left out.
with picked as (
    select c.id from comment c
    where {where} and not exists (
        select from claim k where k.comment_id = c.id and k.expires_at > now() and {held}
    )
    order by {order} limit {limit}
    for update of c skip locked
), taken as (
    insert into claim (comment_id, staff_id, expires_at)
    select id, {staff}, now() + {lease} from picked
    on conflict (comment_id) do update
        set staff_id = excluded.staff_id, expires_at = excluded.expires_at
        where {takes}
    returning comment_id
)
select (select count(*) from picked) as picked, array(select comment_id from taken) as taken

-- name: queue_count
-- How many wait that the filters let through, counted no farther than {limit}.
select count(*) from (select from comment c where {where} limit {limit}) matching

-- name: queue_views
-- How many of them are in each part of the queue, counted no farther than {limit} comments.
with c as materialized (
    select c.id, c.site_id, c.decided_at, c.reasons, c.shown_reasons, c.version, c.audited_version, c.author_id
    from comment c where {where} limit {limit}
), known as materialized (
    select author from known_authors(array(select distinct author_id from c)) author
)
select {each} from c

-- name: queue_scores
-- How many of them have a label's score in each of equal parts from 0 to 1, of at most {limit}.
select least(floor(score * {bins}::integer), {bins}::integer - 1)::integer as bin, count(*) from (
    select (c.scores ->> {label}::text)::real as score from comment c where {where} limit {limit}
) c group by bin

-- name: queue_selection
-- Those of them that waited at a moment, with their versions; no more than {limit}.
select c.id, c.version from comment c where {where} order by c.id limit {limit}

-- name: decided_at
-- When a decision was made, which all of its transaction have in common.
select at from decision where comment_id = $1 and version = $2

-- name: decided_together
-- One's own decisions of one moment that are still the newest on their comment, but for one's own undo of them.
select c.id, d.version from decision d
join comment c on c.id = d.comment_id
where d.staff_id = $1 and d.at = $2 and d.action in ('approve', 'reject') and c.status <> 'erased'
  and ($4::uuid[] is null or c.site_id = any($4))
  and (c.version = d.version or (c.version = d.version + 1 and exists (
    select from decision u where u.comment_id = c.id and u.version = c.version and u.action = 'undo'
      and u.staff_id = $1)))
order by c.id limit $3

-- name: decided_since
-- One's own decisions of one kind since a moment that are still the newest on their comment, with the versions before.
select c.id, d.version - 1 as version from decision d
join comment c on c.id = d.comment_id and c.version = d.version
where d.staff_id = $1 and d.at >= $2 and d.action = $3 and d.reason is not distinct from $4 and c.status <> 'erased'
order by c.id limit $5

-- name: queue_arrived
-- Those of them that have begun to wait since a moment: by being posted, or by a decision.
select c.id from comment c where {where} order by c.id limit {limit}

-- name: claim_release
-- Gives one's own claim back.
delete from claim where comment_id = $1 and staff_id = $2

-- name: comment_lock
-- The rows that a change of status needs, locked in one order so that two bulks cannot deadlock. Why these two are
-- functions: see migration 0571.
select * from lock_comments($1)

-- name: comment_changes
-- Changes of status with their decisions and notices, a JSON array of rows; the claims end. An undo recalls the
-- notice of what it undoes, if nobody has begun to send it: then neither is told.
select change_comments($1::jsonb)

-- name: author_lock
-- Keeps new comments of these comments' authors out until the erasing is committed, and waits for
-- those that are being written: whether a contact is still needed is asked when none is on its way.
select pg_advisory_xact_lock(author_lock) from (
    select distinct uuid_hash_extended(author_id, 0) as author_lock from comment
    where id = any($1::uuid[]) and author_id is not null order by author_lock
) author

-- name: history
-- Every decision on a comment, oldest first.
-- While it is audited, what was decided is not told: it came to wait, and was brought back to wait. Nor is a
-- person's decision while somebody else is to give it a second look.
select d.version,
       case when audit.version < d.version and d.action <> 'undo' then 'pending' else d.from_status end as from_status,
       case when audit.version = d.version or audit.version < d.version and d.action = 'undo' then 'pending'
            else d.to_status end as to_status,
       d.action, d.actor, staff.name as staff, d.person, d.reason, d.note,
       case when audit.version = d.version then c.shown_reasons else d.reasons end as reasons, d.scores,
       case when d.scores = c.scores then c.linear_scores end as linear_scores,
       case when audit.version = d.version then audit.shown_bands else d.bands end as bands,
       d.model_version, d.undoes, d.at, edit.body as body_before
from decision d join comment c on c.id = d.comment_id left join staff on staff.id = d.staff_id
left join audit on audit.comment_id = c.id and c.audited_version = c.version
left join edit on edit.comment_id = d.comment_id and edit.version = d.version
where d.comment_id = $1 and not (audit.first_staff is not null and audit.version = d.version)
order by d.version

-- name: queue_figures
-- Size of the queue, its oldest item, and today's decisions by who made them.
select
    (select count(*) from comment c
      where (c.status = 'pending' or c.audited_version = c.version) and {months}
        and ($2::uuid[] is null or c.site_id = any($2))) as pending,
    (select c.submitted_at from comment c
      where (c.status = 'pending' or c.audited_version = c.version) and {months}
        and ($2::uuid[] is null or c.site_id = any($2))
      order by c.id limit 1) as oldest,
    (select count(*) from claim where expires_at > now()
      and ($2::uuid[] is null or exists (select from comment c where c.id = claim.comment_id and c.site_id = any($2)))) as claimed,
    today.by_moderators, today.automatic
from (
    -- one pass for both: today's decisions lie apart in the table, and reading them is what this costs
    select count(*) filter (where d.actor = 'moderator') as by_moderators,
           count(*) filter (where d.actor <> 'moderator' and audited.id is null) as automatic
    from decision d left join comment audited on audited.id = d.comment_id and audited.audited_version = audited.version
    where d.at >= $1 and (d.actor = 'moderator' or d.actor in ('classifier', 'rule') and d.to_status <> 'pending')
      and ($2::uuid[] is null or exists (select from comment c where c.id = d.comment_id and c.site_id = any($2)))
) as today

-- name: queue_by_reason
-- Pending comments by reason.
select reason, count(*) as comments
from comment c,
     unnest(case when c.audited_version = c.version then c.shown_reasons else c.reasons end) as reason
where (c.status = 'pending' or c.audited_version = c.version) and {months} and ($1::uuid[] is null or c.site_id = any($1))
group by reason order by 2 desc

-- name: queue_by_site
-- Pending comments by site, with the oldest.
select site.name as site, count(*) as comments, min(c.submitted_at) as oldest
from comment c join site on site.id = c.site_id
where (c.status = 'pending' or c.audited_version = c.version) and {months} and ($1::uuid[] is null or c.site_id = any($1))
group by site.name order by 2 desc
