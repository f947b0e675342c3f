-- A whole site may be removed, with what is append-only otherwise: by these functions alone, some comments at
-- a time, so that no lock is held for long. They go by the catalogue: no table is forgotten.
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and current_setting('moderation.removes', true) = 'a site' then
        return old;
    end if;
    -- The one exception beside: erasing a comment takes the words of moderators about it along.
    if tg_op = 'UPDATE' and to_jsonb(old) ->> 'note' is not null and to_jsonb(new) ->> 'note' is null
        and to_jsonb(new) - 'note' = to_jsonb(old) - 'note' then
        return new;
    end if;
    raise exception 'table % is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
do $$ begin
    execute format('alter function refuse_change() set search_path = %I, pg_temp', current_schema());
end $$;

-- Our tables that have a column.
create function tables_with(name text) returns setof regclass
language sql stable set search_path from current as $$
    select a.attrelid::regclass from pg_attribute a join pg_class c on c.oid = a.attrelid
    where a.attname = name and a.attnum > 0 and not a.attisdropped and c.relkind = 'r'
      and c.relnamespace = (select relnamespace from pg_class where oid = 'comment'::regclass)
$$;

-- Removes up to `most` comments of a site with all that is about them; says how many these were.
create function remove_comments(of_site uuid, most integer) returns integer
language plpgsql set search_path from current as $$
declare
    gone uuid[];
    about regclass;
begin
    perform set_config('moderation.removes', 'a site', true);
    gone := array(select id from comment where site_id = of_site order by id desc limit most for update);
    update comment set parent_id = null where parent_id = any (gone) and id <> all (gone);
    for about in select * from tables_with('comment_id') loop
        execute format('delete from %s where comment_id = any ($1)', about) using gone;
    end loop;
    delete from comment where id = any (gone);
    perform set_config('moderation.removes', '', true);
    return cardinality(gone);
end $$;

-- Removes a site of which no comment is left, until nothing of it is: rows that others refer to go after those,
-- and triggers write some anew.
create function remove_site(of_site uuid) returns void
language plpgsql set search_path from current as $$
declare
    about regclass;
    count bigint;
    is_left boolean;
begin
    perform set_config('moderation.removes', 'a site', true);
    for _ in 1..10 loop
        is_left := false;
        for about in
            select each from tables_with('site_id') each where each <> 'comment'::regclass
        loop
            begin
                execute format('delete from %s where site_id = $1', about) using of_site;
                get diagnostics count = row_count;
                is_left := is_left or count > 0;
            exception when foreign_key_violation then
                is_left := true;
            end;
        end loop;
        exit when not is_left;
    end loop;
    delete from site where id = of_site;
    perform set_config('moderation.removes', '', true);
end $$;
