-- statement_timeout: 10min
-- lock_timeout: 10s
-- How many comments a page shows, and a number that rises with whatever changes what it shows: so a
-- page that has not changed is known without reading it, and one with many comments without counting.
--
-- The number is the time in microseconds or one more: none comes again when a backup is restored.
-- Comments are written meanwhile no more than it takes to count them.
create table page_shown (
    site_id  uuid not null references site (id),
    page_key bytea not null,
    count    bigint not null,
    version  bigint not null,
    primary key (site_id, page_key)
);

-- Both triggers are for whole statements, which take the rows of pages in one order: two of them
-- may wait for one another and never both.
create function page_of_new() returns trigger language plpgsql set search_path from current as $$
begin
    insert into page_shown as p (site_id, page_key, count, version)
    select a.site_id, a.page_key, count(*), (extract(epoch from clock_timestamp()) * 1000000)::bigint
    from added a where a.status = 'approved'
    group by a.site_id, a.page_key order by a.site_id, a.page_key
    on conflict (site_id, page_key) do update
    set count = p.count + excluded.count, version = greatest(p.version + 1, excluded.version);
    return null;
end $$;
create trigger page_of_new after insert on comment referencing new table as added
    for each statement execute function page_of_new();

create function page_of_changed() returns trigger language plpgsql set search_path from current as $$
begin
    insert into page_shown as p (site_id, page_key, count, version)
    select each.site_id, each.page_key, sum(each.more),
           (extract(epoch from clock_timestamp()) * 1000000)::bigint
    from before b join after a using (id), lateral (
        values (b.site_id, b.page_key, b.status, -1), (a.site_id, a.page_key, a.status, 1)
    ) each (site_id, page_key, status, more)
    where each.status = 'approved'
      and (b.site_id, b.page_key, b.status, b.name, b.website, b.body, b.parent_id, b.submitted_at)
          is distinct from
          (a.site_id, a.page_key, a.status, a.name, a.website, a.body, a.parent_id, a.submitted_at)
    group by each.site_id, each.page_key order by each.site_id, each.page_key
    on conflict (site_id, page_key) do update
    set count = p.count + excluded.count, version = greatest(p.version + 1, excluded.version);
    return null;
end $$;
create trigger page_of_changed after update on comment
    referencing old table as before new table as after
    for each statement execute function page_of_changed();

insert into page_shown (site_id, page_key, count, version)
select site_id, page_key, count(*), (extract(epoch from clock_timestamp()) * 1000000)::bigint
from comment where status = 'approved' group by site_id, page_key;
