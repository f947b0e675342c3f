-- Functions find our tables whatever a session's search_path is: pg_dump and pg_restore set it to
-- nothing, and a load of data alone runs these triggers. And what is append-only says so of tables
-- without notes too.
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
    -- The one exception: erasing a comment takes the words of moderators about it along.
    if tg_op = 'UPDATE' and to_jsonb(old) ->> 'note' is not null and to_jsonb(new) ->> 'note' is null
        and to_jsonb(new) - 'note' = to_jsonb(old) - 'note' then
        return new;
    end if;
    raise exception 'table % is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;

do $$
declare
    name text;
begin
    foreach name in array array['refuse_change', 'require_decision'] loop
        execute format('alter function %I() set search_path = %I, pg_temp', name, current_schema());
    end loop;
end $$;
