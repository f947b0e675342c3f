-- What admins did.

-- name: add_act
-- Keep one act; of several in one transaction each has its own time.
insert into admin_act (staff_id, act, about, at) values ($1, $2, $3, clock_timestamp())

-- name: acts
-- The newest acts before a moment: with changes of settings, models, adaptations, promises and standings;
-- $3 are the names that are the service itself where an event is by one.
select case when by = any($3) then null else coalesce(staff, by) end as staff,
       act, about, at, coalesce(by = any($3), false) as itself
from (
    (select staff.name as staff, null as by, a.act, a.about, a.at
     from admin_act a left join staff on staff.id = a.staff_id
     where a.at < $1 order by a.at desc limit $2)
    union all
    (select staff.name, null, 'settings', site.name, c.at
     from site_change c join site on site.id = c.site_id left join staff on staff.id = c.staff_id
     where c.at < $1 order by c.at desc limit $2)
    union all
    (select null, e.by, 'model_' || e.to_state::text,
            concat_ws(', ', e.version, case when e.to_state = 'active' then e.why end), e.at
     from model_event e where e.at < $1 order by e.at desc limit $2)
    union all
    (select null, e.by, 'adaptation_' || e.action, concat_ws(', ', site.name, a.version), e.at
     from adaptation_event e join site on site.id = e.site_id
     left join adaptation a on a.id = e.adaptation_id
     where e.at < $1 order by e.at desc limit $2)
    union all
    (select null, e.by, 'promise_' || e.action, site.name, e.at
     from promise_event e join site on site.id = e.site_id
     where e.at < $1 and e.action = 'restored' order by e.at desc limit $2)
    union all
    (select staff.name, null, 'standing_' || s.standing, site.name || ', author ' || s.author, s.at
     from standing_change s join staff on staff.id = s.staff_id join site on site.id = s.site_id
     where s.at < $1 order by s.at desc limit $2)
) each order by at desc limit $2
