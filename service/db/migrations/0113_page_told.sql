-- lock_timeout: 10s
-- What a website told of a page is part of what the page shows: its version rises with the title, and with
-- opening and closing, whoever does it. Rows of pages are taken in one order, as comments take them.
create function page_told() returns trigger language plpgsql set search_path from current as $$
begin
    insert into page_shown as p (site_id, page_key, count, version)
    select told.site_id, told.page_key, 0, (extract(epoch from clock_timestamp()) * 1000000)::bigint
    from told group by told.site_id, told.page_key order by told.site_id, told.page_key
    on conflict (site_id, page_key) do update set version = greatest(p.version + 1, excluded.version);
    return null;
end $$;
create trigger page_told_new after insert on page
    referencing new table as told for each statement execute function page_told();
create trigger page_told_changed after update on page
    referencing new table as told for each statement execute function page_told();
create trigger page_closed after insert on closed_page
    referencing new table as told for each statement execute function page_told();
create trigger page_opened after delete on closed_page
    referencing old table as told for each statement execute function page_told();
