-- What admins did.

-- name: add_act
-- Keep one act; of several in one transaction each has its own time.
insert into admin_act (staff_id, act, about, at) values ($1, $2, $3, clock_timestamp())

-- name: acts
-- The newest $1 acts, or those behind act $4 of moment $3, with changes of settings, models, adaptations, promises and
-- standings; $2 are the names that are the service itself where an event is by one. Rows that are counted get ids of one
-- kind with the others, in whose order acts of the same time are. Of each kind are read, by its index, those that are no
-- older than the $1 newest of all.
with newest as (
    select at from (
        (select at from admin_act where at < coalesce($3, 'infinity'::timestamptz) order by at desc limit $1)
        union all
        (select at from site_change where at < coalesce($3, 'infinity'::timestamptz) order by at desc limit $1)
        union all
        (select at from model_event where at < coalesce($3, 'infinity'::timestamptz) order by at desc limit $1)
        union all
        (select at from adaptation_event where at < coalesce($3, 'infinity'::timestamptz) order by at desc limit $1)
        union all
        (select at from promise_event
         where at < coalesce($3, 'infinity'::timestamptz) and action = 'restored' order by at desc limit $1)
        union all
        (select at from standing_change where at < coalesce($3, 'infinity'::timestamptz) order by at desc limit $1)
    ) each order by at desc limit $1
)
select case when by = any($2) then null else coalesce(staff, by) end as staff,
       act, about, at, id, coalesce(by = any($2), false) as itself
from (
    select staff.name as staff, null as by, a.act, a.about, a.at, md5('act' || a.id)::uuid as id
    from admin_act a left join staff on staff.id = a.staff_id
    union all
    select staff.name, null, 'settings', site.name, c.at, c.id
    from site_change c join site on site.id = c.site_id left join staff on staff.id = c.staff_id
    union all
    select null, e.by, 'model_' || e.to_state::text,
           concat_ws(', ', e.version, case when e.to_state = 'active' then e.why end), e.at, md5('model' || e.id)::uuid
    from model_event e
    union all
    select null, e.by, 'adaptation_' || e.action, concat_ws(', ', site.name, a.version), e.at,
           md5('adaptation' || e.id)::uuid
    from adaptation_event e join site on site.id = e.site_id
    left join adaptation a on a.id = e.adaptation_id
    union all
    select null, e.by, 'promise_' || e.action, site.name, e.at, md5('promise' || e.id)::uuid
    from promise_event e join site on site.id = e.site_id
    where e.action = 'restored'
    union all
    select staff.name, null, 'standing_' || s.standing, site.name || ', author ' || s.author, s.at,
           md5('standing' || s.id)::uuid
    from standing_change s join staff on staff.id = s.staff_id join site on site.id = s.site_id
) each
where at >= coalesce((select min(at) from newest), '-infinity') and at <= coalesce($3, 'infinity'::timestamptz)
  and ($3::timestamptz is null or (at, id) < ($3, $4::uuid))
order by at desc, id desc limit $1
