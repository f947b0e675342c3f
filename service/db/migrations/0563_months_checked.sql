-- lock_timeout: 10s
-- statement_timeout: 60min
-- Beside the service; with them what was never read through of 0060 and 0111, which a part has to have in common with
-- its whole.
do $$
declare
    each record;
begin
    for each in
        select conname, conrelid::regclass as about from pg_constraint
        where contype = 'c' and not convalidated and conrelid in ('comment'::regclass, 'decision'::regclass)
    loop
        execute format('alter table %s validate constraint %I', each.about, each.conname);
    end loop;
end $$;
