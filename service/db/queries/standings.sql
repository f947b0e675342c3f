-- Authors as moderators know them, without contact.

-- name: author
-- An author by the id that moderators know: names of the newest comments, counts, the standing in force.
select a.id, site.name as site, a.version,
       case when a.until <= now() then 'normal' else a.standing end as standing,
       case when a.until > now() then a.until end as until,
       array(
           select newest.name from (
               select c.name, max(c.id::text) as at from (
                   select id, name from comment where author_id = a.author_id order by id desc limit 200
               ) c group by c.name
           ) newest order by newest.at desc limit 5
       ) as names,
       of.approved, of.pending, of.rejected, of.first_seen, of.last_seen
from author a join site on site.id = a.site_id, lateral (
    select count(*) filter (where status = 'approved') as approved,
           count(*) filter (where status = 'pending') as pending,
           count(*) filter (where status = 'rejected') as rejected,
           min(submitted_at) as first_seen, max(submitted_at) as last_seen
    from (select case when audited_version = version then 'pending' else status end as status, submitted_at
          from comment where author_id = a.author_id) as_seen
) of
where a.id = $1 and ($2::uuid[] is null or a.site_id = any($2))

-- name: standing_history
-- Every change of an author's standing, newest first.
select s.version, s.standing, s.until, s.note, staff.name as staff, s.undoes, s.at
from standing_change s join staff on staff.id = s.staff_id
where s.author = $1 order by s.version desc limit 100

-- name: author_listing
-- An author's comments, newest first.
select c.id, c.page, c.name, c.body, c.language,
       case when c.audited_version = c.version then 'pending' else c.status::text end as status, c.version,
       case when c.audited_version = c.version then c.shown_reasons else c.reasons end as reasons,
       c.submitted_at, c.decided_at
from comment c where {where} order by c.id desc limit {limit}

-- name: standing_lock
-- Keeps new comments of an author out until the commit: each is judged by the one standing or the other.
select pg_advisory_xact_lock(uuid_hash_extended(author_id, 0)) from author where id = $1

-- name: standing_state
-- A standing as it is, locked, with the newest change of it.
select case when a.until <= now() then 'normal' else a.standing end as standing,
       case when a.until > now() then a.until end as until, a.version,
       last.staff_id as last_staff_id, last.from_standing as last_from,
       last.from_until as last_from_until, last.undoes as last_undoes
from author a left join standing_change last on last.author = a.id and last.version = a.version
where a.id = $1 and ($2::uuid[] is null or a.site_id = any($2)) for update of a

-- name: standing_change
-- Gives an author a standing, and records it.
with recorded as (
    insert into standing_change (
        author, site_id, staff_id, version, from_standing, from_until, standing, until, note, undoes
    )
    select a.id, a.site_id, $6, $4, case when a.until <= now() then 'normal' else a.standing end,
           case when a.until > now() then a.until end, $2, $3, $7, $5
    from author a where a.id = $1
)
update author set standing = $2, until = $3, version = $4 where id = $1
