-- Decided comments, newest decision first. {where} and {match} are put in by db/decided.py from
-- fixed pieces; every value is a parameter.

-- name: decided
-- Of at most {scan} comments along an index, those that match, without contact; and where the scan ended.
with scanned as materialized (
    select c.id, c.site_id, c.page, c.page_key, c.name, c.body, c.status, c.version, c.reasons,
           c.scores, c.linear_scores, c.language, c.model_version, c.submitted_at, c.decided_at
    from comment c where {where}
    order by c.decided_at desc, c.id desc limit {scan}
), edge as (
    select count(*) as scanned, min(decided_at) as edge_at,
           (array_agg(id order by decided_at, id))[1] as edge_id
    from scanned
), matched as (
    select s.*, site.name as site, d.actor::text as actor, d.action, d.reason, staff.name as staff,
           first.to_status::text as first_status, first.actor::text as first_actor
    from scanned s
    join decision d on d.comment_id = s.id and d.version = s.version
    join decision first on first.comment_id = s.id and first.version = 1
    join site on site.id = s.site_id
    left join staff on staff.id = d.staff_id
    where {match}
    order by {order} limit {limit}
)
select edge.*, matched.* from edge left join matched on true
order by matched.decided_at desc, matched.id desc
