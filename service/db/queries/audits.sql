-- Decided comments that moderators are shown as if they waited. No query here reads a contact.

-- name: audited
-- What the share of a site's next audits goes by; comments are counted no farther than $2 and $3.
select (select count(*) from audit where site_id = $1 and answered_version is not null) as answered,
       (select count(*) from audit
         where site_id = $1 and chosen_at >= date_trunc('day', now(), 'UTC')) as today,
       (select count(*) from (
           select from comment
           where site_id = $1 and decided_at > now() - interval '1 day' limit $3
       ) day) as lately,
       (select count(*) from (select from comment where site_id = $1 limit $2) any_time) as comments

-- name: audit_share
-- Notes the share $2 of a site that is in force since $3, if another was.
insert into audit_share (site_id, share, since)
select $1, $2::real, $3 where $2::real is distinct from (
    select share from audit_share where site_id = $1 order by since desc limit 1
)
on conflict do nothing

-- name: open_audits
-- Has moderators see decided comments as if they waited, a JSON array of them; no more a day than a site allows.
with asked as materialized (
    select * from jsonb_to_recordset($1::jsonb) as a (
        id uuid, propensity real, reasons text[], bands jsonb, risk real, place integer, a_day integer)
), opened as (
    update comment c set audited_version = c.version, shown_reasons = a.reasons, risk = a.risk
    from asked a
    where c.id = a.id and c.version = 1 and c.status in ('approved', 'rejected') and a.place + (
        select count(*) from audit o
        where o.site_id = c.site_id and o.chosen_at >= date_trunc('day', now(), 'UTC')
    ) <= a.a_day
    returning c.id, c.site_id
)
insert into audit (comment_id, site_id, version, propensity, shown_bands)
select opened.id, opened.site_id, 1, a.propensity, a.bands from opened join asked a using (id)
