-- lock_timeout: 10s
-- statement_timeout: 60min
-- That what refers to a comment has one, beside the service.
do $$
declare
    each record;
begin
    for each in
        select conname, conrelid::regclass as place from pg_constraint
        where contype = 'f' and confrelid = 'comment'::regclass and not convalidated and conparentid = 0
    loop
        execute format('alter table %s validate constraint %I', each.place, each.conname);
    end loop;
end $$;
