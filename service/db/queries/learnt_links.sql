-- Hosts that a site's moderators reject whatever links to: see migration 0290. No query here reads a contact.

-- name: try_links
-- Take the turn to look for such hosts until the transaction ends; false while another process has it.
select pg_try_advisory_xact_lock(hashtext('moderation.links'))

-- name: linking
-- Decided comments among the newest 5,000 of a site $1 in 30 days that may link to one of the hosts $2: what became
-- of each, and whether a person said so; what stands for less than $3 days without one says nothing.
select c.body, c.website, c.status::text as status, d.staff_id is not null as by_person
from (
    select * from comment where site_id = $1 and submitted_at > now() - interval '30 days' order by id desc limit 5000
) c
join decision d on d.comment_id = c.id and d.version = c.version
where (
    (c.status = 'rejected' and d.staff_id is not null)
    or (c.status = 'approved' and (d.staff_id is not null or c.submitted_at < now() - make_interval(days => $3)))
) and exists (
    select from unnest($2::text[]) h (host) where position(h.host in lower(c.body || ' ' || coalesce(c.website, ''))) > 0
)

-- name: add_link
-- Record a host; nothing comes back where it was learnt before, though its entry be gone.
insert into learnt_link (site_id, host, rejected, decided) values ($1, $2, $3, $4)
on conflict do nothing returning host

-- name: links_of
-- The hosts that sites learnt, by the sites' names.
select s.name as site, l.host, l.rejected, l.decided
from learnt_link l join site s on s.id = l.site_id where s.name = any($1::text[]) order by l.at, l.host

-- name: await_links
-- Take the turn to look for such hosts, for this transaction, once whoever has it has ended.
select pg_advisory_xact_lock(hashtext('moderation.links'))

-- name: forget_links
-- Forget hosts $2 of a site $1 where no comment that is kept links to one, but of the authors $3.
delete from learnt_link l where l.site_id = $1 and l.host = any($2::text[]) and not exists (
    select from comment c
    where c.site_id = $1 and c.status <> 'erased' and (c.author_id is null or c.author_id <> all($3::uuid[]))
      and position(l.host in lower(c.body || ' ' || coalesce(c.website, ''))) > 0
) returning l.host
