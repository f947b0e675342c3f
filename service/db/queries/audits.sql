-- Decided comments that moderators are shown as if they waited. No query here reads a contact.

-- name: audited
-- What the share of a site's next audits goes by; comments are counted no farther than $2 and $3.
select (select count(*) from audit where site_id = $1 and answered_version is not null and first_staff is null) as answered,
       (select count(*) from audit
         where site_id = $1 and chosen_at >= date_trunc('day', now(), 'UTC') and first_staff is null) as today,
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
        where o.site_id = c.site_id and o.chosen_at >= date_trunc('day', now(), 'UTC') and o.first_staff is null
    ) <= a.a_day
    returning c.id, c.site_id
)
insert into audit (comment_id, site_id, version, propensity, shown_bands)
select opened.id, opened.site_id, 1, a.propensity, a.bands from opened join asked a using (id)

-- name: open_second_looks
-- Has another moderator see some of what one decided alone from $1 to $2, as if it still waited: each comment with
-- the chance $3. Only where somebody else has decided $4 comments of the site in 30 days, and audits are not off.
with chosen as (
    select d.comment_id, d.version, d.staff_id
    from staff p
    cross join lateral (
        select * from decision d
        where d.staff_id = p.id and d.at >= $1 and d.at < $2
          and d.action in ('approve', 'reject') and d.from_status = 'pending'
    ) d
    where abs(hashtext('second look' || d.comment_id)::bigint) < $3::float8 * 2147483648
      and not exists (
          select from decision o where o.staff_id = d.staff_id and o.at = d.at and o.comment_id <> d.comment_id
      )
), opened as (
    update comment c set audited_version = c.version, shown_reasons = c.reasons
    from chosen, site s
    where c.id = chosen.comment_id and c.version = chosen.version and c.status in ('approved', 'rejected')
      and s.id = c.site_id and coalesce((s.settings ->> 'audit')::float8, 1) > 0
      and not exists (select from audit a where a.comment_id = c.id)
      and exists (
          select from staff other
          where other.id <> chosen.staff_id and $4 <= (
              select count(*) from (
                  select from decision d join comment o on o.id = d.comment_id
                  where d.staff_id = other.id and d.at > now() - interval '30 days'
                    and d.action in ('approve', 'reject') and o.site_id = c.site_id
                  limit $4
              ) enough
          )
      )
    returning c.id, c.site_id, chosen.version, chosen.staff_id
)
insert into audit (comment_id, site_id, version, propensity, shown_bands, first_staff)
select o.id, o.site_id, o.version, $3, coalesce((
    select d.bands from decision d
    where d.comment_id = o.id and d.action in ('submit', 'edit') order by d.version desc limit 1
), '{}'), o.staff_id
from opened o
