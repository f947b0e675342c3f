-- Comments of another system, with their own times. Their ids follow from their source: twice is once.

-- name: hold_moves
-- Let no page of a site move until the transaction ends.
select pg_advisory_xact_lock_shared(moving_lock($1))

-- name: hold_authors
-- Take the authors' locks in order, as posting and erasing do. $1 authors.
select pg_advisory_xact_lock(uuid_hash_extended(author, 0))
from (select distinct author from unnest($1::uuid[]) as author order by author) in_order

-- name: keep
-- Write the comments of $2, given as JSON, that are not there; return how many they were.
with given as (
    select r.* from jsonb_to_recordset($2::jsonb) as r (
        id uuid, author_id uuid, email bytea, page text, page_key bytea, parent_id uuid, name text,
        website text, body text, fingerprint bytea, external_id text, status comment_status,
        reason text, submitted_at timestamptz
    )
), new as (
    insert into comment (
        id, site_id, author_id, page, page_key, parent_id, name, website, body, fingerprint,
        external_id, status, reasons, submitted_at, decided_at
    )
    select g.id, $1, g.author_id, coalesce(m.to_page, g.page), coalesce(m.to_key, g.page_key),
        (select p.id from comment p where p.id = g.parent_id and p.site_id = $1),
        g.name, g.website, g.body, g.fingerprint, g.external_id, g.status, '{imported}',
        g.submitted_at, g.submitted_at
    from given g
    left join moved_page m on m.site_id = $1 and m.from_key = g.page_key
    order by coalesce(m.to_key, g.page_key), g.id
    on conflict (id) do nothing
    returning id
), written as (
    select g.* from given g join new using (id)
), contact as (
    insert into comment_contact (author_id, site_id, email)
    select distinct on (w.author_id) w.author_id, $1, w.email
    from written w where w.email is not null order by w.author_id
    on conflict (author_id) do nothing
), recorded as (
    insert into decision (comment_id, version, to_status, action, actor, reason, reasons, at)
    select w.id, 1, w.status, 'submit', 'system', w.reason, '{imported}', w.submitted_at
    from written w
)
select count(*) from written

-- name: all_of_site
-- The next $2 comments of a site that still have a content, with the reason of their last rejection. {after}
-- and {order} are put in by db/imports.py.
select c.page_key, c.id, c.page, p.title as page_title, c.parent_id, c.name, c.website, c.body,
       c.status::text as status, c.external_id, c.submitted_at,
       case when c.status = 'rejected' then (
           select d.reason from decision d
           where d.comment_id = c.id and d.to_status = 'rejected' order by d.version desc limit 1
       ) end as reason
from comment c
left join page p on p.site_id = c.site_id and p.page_key = c.page_key
where c.site_id = $1 and {after} and c.status <> 'erased'
order by {order}
limit $2
