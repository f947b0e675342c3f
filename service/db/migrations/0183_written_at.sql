-- A comment may have been written before it was sent: where `written_at` says so, it is shown with that time.
-- Its decision, and what goes by the order of arrival, keep the time at which it came.
create or replace function place_comments(given jsonb, minute uuid, day uuid)
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
    if moved <> '{}' then
        return query select each, array['page_moved'] from unnest(moved) each;
        given := (
            select coalesce(jsonb_agg(one), '[]') from jsonb_array_elements(given) one
            where (one ->> 'place')::integer <> all (moved)
        );
    end if;
    return query select * from take_comments(given, minute, day);
    if jsonb_path_exists(given, '$[*].written_at') then
        update comment c set submitted_at = r.written_at
        from jsonb_to_recordset(given) as r (id uuid, write boolean, written_at timestamptz)
        where c.id = r.id and r.write and r.written_at is not null;
    end if;
end $$;
