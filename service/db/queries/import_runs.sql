-- Files that were uploaded to be imported, and what came of them.

-- name: begin
-- Note that a file is being imported, unless one of the site is; only the site's newest $6 are kept.
with old as (
    delete from import_run where site_id = $2 and ended_at is not null and id in (
        select id from import_run where site_id = $2 order by id desc offset $6
    )
)
insert into import_run (id, site_id, staff_id, file, dry_run)
select $1, $2, $3, $4, $5
where not exists (
    select from import_run where site_id = $2 and ended_at is null and seen_at > now() - interval '1 minute'
)
returning id

-- name: seen
-- Note that a file is still being imported, and how far that is.
update import_run set seen_at = now(), step = coalesce($2, step), part = $3,
    step_at = case when $2 is distinct from step then now() else step_at end
where id = $1

-- name: running
-- The files that are being imported.
select id from import_run where ended_at is null and seen_at > now() - interval '1 minute'

-- name: ended
-- Keep what came of a file: a report, or what is wrong with it.
update import_run set ended_at = now(), seen_at = now(), report = $2, problem = $3 where id = $1 and ended_at is null

-- name: newest
-- The newest files of a site, and who brought them.
select r.id, r.file, r.dry_run, staff.name as staff, r.begun_at, r.report, r.problem,
       case when r.ended_at is not null then 'ended' when r.seen_at > now() - interval '1 minute' then 'running'
            else 'broken' end as state,
       r.step, r.part,
       case when r.part >= 0.01 then r.step_at + (r.seen_at - r.step_at) / r.part end as ends_at
from import_run r join staff on staff.id = r.staff_id
where r.site_id = $1 order by r.id desc limit $2
