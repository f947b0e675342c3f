-- lock_timeout: 10s
-- Of a page is kept between which comments all are that it ever showed, so that it is read in their months alone. Of pages
-- that there are already it is not known: they are looked for everywhere, as are those that a row is loaded of without.
alter table page_shown
    add column since uuid not null default '00000000-0000-0000-0000-000000000000',
    add column until uuid not null default 'ffffffff-ffff-ffff-ffff-ffffffffffff';

create or replace function page_of_new() returns trigger
language plpgsql set search_path from current as $$
begin
    insert into page_shown as p (site_id, page_key, count, version, since, until)
    select a.site_id, a.page_key, count(*), (extract(epoch from clock_timestamp()) * 1000000)::bigint,
           (array_agg(a.id order by a.id))[1], (array_agg(a.id order by a.id desc))[1]
    from added a where a.status = 'approved'
    group by a.site_id, a.page_key order by a.site_id, a.page_key
    on conflict (site_id, page_key) do update
    set count = p.count + excluded.count, version = greatest(p.version + 1, excluded.version),
        since = least(p.since, excluded.since), until = greatest(p.until, excluded.until);
    return null;
end $$;

create or replace function page_of_changed() returns trigger
language plpgsql set search_path from current as $$
begin
    insert into page_shown as p (site_id, page_key, count, version, since, until)
    select each.site_id, each.page_key, sum(each.more),
           (extract(epoch from clock_timestamp()) * 1000000)::bigint,
           coalesce((array_agg(each.id order by each.id) filter (where each.more = 1))[1],
                    'ffffffff-ffff-ffff-ffff-ffffffffffff'),
           coalesce((array_agg(each.id order by each.id desc) filter (where each.more = 1))[1],
                    '00000000-0000-0000-0000-000000000000')
    from before b join after a using (id), lateral (
        values (id, b.site_id, b.page_key, b.status, -1), (id, a.site_id, a.page_key, a.status, 1)
    ) each (id, site_id, page_key, status, more)
    where each.status = 'approved'
      and (b.site_id, b.page_key, b.status, b.name, b.website, b.body, b.parent_id, b.submitted_at)
          is distinct from
          (a.site_id, a.page_key, a.status, a.name, a.website, a.body, a.parent_id, a.submitted_at)
    group by each.site_id, each.page_key order by each.site_id, each.page_key
    on conflict (site_id, page_key) do update
    set count = p.count + excluded.count, version = greatest(p.version + 1, excluded.version),
        since = least(p.since, excluded.since), until = greatest(p.until, excluded.until);
    return null;
end $$;

create or replace function page_moved() returns trigger
language plpgsql set search_path from current as $$
begin
    insert into page_shown as p (site_id, page_key, count, version, since, until)
    select distinct told.site_id, each.key, 0, (extract(epoch from clock_timestamp()) * 1000000)::bigint,
           'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid, '00000000-0000-0000-0000-000000000000'::uuid
    from told, lateral (values (told.from_key), (told.to_key)) each (key) order by 1, 2
    on conflict (site_id, page_key) do update set version = greatest(p.version + 1, excluded.version);
    return null;
end $$;

create or replace function page_told() returns trigger
language plpgsql set search_path from current as $$
begin
    insert into page_shown as p (site_id, page_key, count, version, since, until)
    select told.site_id, told.page_key, 0, (extract(epoch from clock_timestamp()) * 1000000)::bigint,
           'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid, '00000000-0000-0000-0000-000000000000'::uuid
    from told group by told.site_id, told.page_key order by told.site_id, told.page_key
    on conflict (site_id, page_key) do update set version = greatest(p.version + 1, excluded.version);
    return null;
end $$;

create or replace function page_is_closed(of_site uuid, key bytea, before uuid) returns boolean
language plpgsql stable set search_path from current set plan_cache_mode = force_generic_plan as $$
declare
    shown page_shown;
begin
    if exists (select from closed_page c where c.site_id = of_site and c.page_key = key) then
        return true;
    end if;
    if before is null then
        return false;
    end if;
    select * into shown from page_shown p where p.site_id = of_site and p.page_key = key;
    return coalesce((
        select c.id < before from comment c
        where c.site_id = of_site and c.page_key = key and c.status = 'approved'
          and c.id between shown.since and shown.until
        order by c.id limit 1
    ), false);
end $$;

-- The next comments that a page shows after one, and whether it shows what each answers, which is on the same page.
create function shown_on_page(of_site uuid, key bytea, beyond uuid, newest boolean, most integer)
returns table (id uuid, parent_id uuid, name text, website text, body text, submitted_at timestamptz,
               edited_at timestamptz, parent_shown boolean)
language plpgsql stable rows 50 set search_path from current set plan_cache_mode = force_generic_plan
set enable_seqscan = off as $$
#variable_conflict use_column
declare
    shown page_shown;
begin
    select * into shown from page_shown p where p.site_id = of_site and p.page_key = key;
    if newest then
        return query
        select c.id, c.parent_id, c.name, c.website, c.body, c.submitted_at, c.edited_at,
               c.parent_id is null or coalesce((
                   select p.status = 'approved' from comment p
                   where p.id = c.parent_id and p.id between shown.since and shown.until
               ), false)
        from comment c
        where c.site_id = of_site and c.page_key = key and c.status = 'approved'
          and c.id >= shown.since and c.id <= shown.until and c.id < beyond
        order by c.id desc limit most;
    else
        return query
        select c.id, c.parent_id, c.name, c.website, c.body, c.submitted_at, c.edited_at,
               c.parent_id is null or coalesce((
                   select p.status = 'approved' from comment p
                   where p.id = c.parent_id and p.id between shown.since and shown.until
               ), false)
        from comment c
        where c.site_id = of_site and c.page_key = key and c.status = 'approved'
          and c.id >= shown.since and c.id <= shown.until and c.id > beyond
        order by c.id limit most;
    end if;
end $$;
