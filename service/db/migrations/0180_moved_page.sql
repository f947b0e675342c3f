-- Pages that have another address by now: their comments are there, and what names the old one means the new.
-- No `to_key` is itself a `from_key`: a chain is one step.
create table moved_page (
    site_id uuid not null references site,
    from_key bytea not null,
    to_key bytea not null,
    to_page text not null,
    moved_at timestamptz not null default now(),
    primary key (site_id, from_key),
    check (from_key <> to_key)
);
create index moved_page_to on moved_page (site_id, to_key);

-- Both pages show something else by now, so their versions rise, as `page_told` lets them.
create function page_moved() returns trigger language plpgsql set search_path from current as $$
begin
    insert into page_shown as p (site_id, page_key, count, version)
    select distinct told.site_id, each.key, 0, (extract(epoch from clock_timestamp()) * 1000000)::bigint
    from told, lateral (values (told.from_key), (told.to_key)) each (key) order by 1, 2
    on conflict (site_id, page_key) do update set version = greatest(p.version + 1, excluded.version);
    return null;
end $$;
create trigger page_moved after insert on moved_page
    referencing new table as told for each statement execute function page_moved();
create trigger page_moved_on after update on moved_page
    referencing new table as told for each statement execute function page_moved();
create trigger page_not_moved after delete on moved_page
    referencing old table as told for each statement execute function page_moved();

-- The key under which comments of a page are by now.
create function page_at(of_site uuid, key bytea) returns bytea
language plpgsql stable set search_path from current as $$
begin
    return coalesce(
        (select m.to_key from moved_page m where m.site_id = of_site and m.from_key = key), key
    );
end $$;

-- Whoever writes comments of a site takes this shared, who moves its pages alone: no comment comes to a page
-- that has just moved.
create function moving_lock(of_site uuid) returns bigint
language sql immutable set search_path from current as $$
    select uuid_hash_extended(of_site, 180)
$$;

-- `take_comments` for comments of pages that have not moved; the others are only told so.
create function place_comments(given jsonb, minute uuid, day uuid)
returns table (place integer, known text[])
language plpgsql volatile set search_path from current as $$
declare
    moved integer[];
begin
    perform pg_advisory_xact_lock_shared(in_order.lock) from (
        select distinct moving_lock(r.site_id) as lock
        from jsonb_to_recordset(given) as r (site_id uuid) order by 1
    ) in_order;
    moved := array(
        select r.place from jsonb_to_recordset(given) as r (place integer, site_id uuid, page_key bytea)
        join moved_page m on m.site_id = r.site_id and m.from_key = r.page_key
    );
    if moved = '{}' then
        return query select * from take_comments(given, minute, day);
        return;
    end if;
    return query select each, array['page_moved'] from unnest(moved) each;
    return query select * from take_comments(
        (select coalesce(jsonb_agg(one), '[]') from jsonb_array_elements(given) one
         where (one ->> 'place')::integer <> all (moved)),
        minute, day
    );
end $$;
