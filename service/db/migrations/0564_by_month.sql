-- lock_timeout: 400ms
-- statement_timeout: 5min
-- `comment` and `decision` become tables of months. The tables that there are become the part before the first month, as
-- they are, with their indexes; nothing is copied or read. For some tenths of a second nobody else writes or reads them.

-- One month's parts, to be attached: `create table ... partition of` would hold up whoever reads. A decision refers to
-- the comments of its own month, so that a month can go without a look at the others.
create function make_month(month timestamptz) returns void language plpgsql set search_path from current as $do$
declare
    name text := to_char(month at time zone 'UTC', 'YYYY_MM');
    span text := format('for values from (%L) to (%L)', first_id(month), first_id(month_after(month, 1)));
    each record;
begin
    execute format('create table %I (like comment including all)', 'comment_' || name);
    execute format('create table %I (like decision including all)', 'decision_' || name);
    execute format('alter table %I add constraint decision_comment_id_fkey foreign key (comment_id) references %I (id)',
                   'decision_' || name, 'comment_' || name);
    execute format('alter table comment attach partition %I %s', 'comment_' || name, span);
    execute format('alter table decision attach partition %I %s', 'decision_' || name, span);
    for each in
        select i.inhrelid::regclass as part, i.inhparent::regclass as whole
        from pg_inherits i join pg_index x on x.indexrelid = i.inhrelid
        where x.indrelid in (('comment_' || name)::regclass, ('decision_' || name)::regclass)
    loop  -- as plans are read by people
        execute format('alter index %s rename to %I', each.part, each.whole || '_' || name);
    end loop;
end $do$;

-- The parts of a table by month, the first first; `first` and `until` are ids, null at an open end.
create function months_of(about regclass) returns table (part regclass, first uuid, until uuid)
language sql stable set search_path from current as $$
    select c.oid::regclass, (regexp_match(bound, 'FROM \(''([-0-9a-f]+)''\)'))[1]::uuid,
           (regexp_match(bound, 'TO \(''([-0-9a-f]+)''\)'))[1]::uuid
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    cross join lateral pg_get_expr(c.relpartbound, c.oid) bound
    where i.inhparent = about and bound is not null order by 3
$$;

-- Make the months that are missing up to so many after this one; how many were. One process at a time does.
create function make_months(ahead integer) returns integer language plpgsql set search_path from current as $$
declare
    month timestamptz := month_of((
        select until from months_of('comment') where until is not null order by until desc limit 1));
    last timestamptz := month_after(date_trunc('month', now(), 'UTC'), ahead);
    made integer := 0;
begin
    if month > last then
        return 0;
    end if;
    perform pg_advisory_xact_lock(hashtext('moderation.months'));
    month := month_of((select until from months_of('comment') where until is not null order by until desc limit 1));
    while month <= last loop
        perform make_month(month);
        month := month_after(month, 1);
        made := made + 1;
    end loop;
    return made;
end $$;

-- Tables of ours with a column; of what is cut by month the whole.
create or replace function tables_with(name text) returns setof regclass
language sql stable set search_path from current as $$
    select a.attrelid::regclass from pg_attribute a join pg_class c on c.oid = a.attrelid
    where a.attname = name and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p') and not c.relispartition
      and c.relnamespace = (select relnamespace from pg_class where oid = 'comment'::regclass)
$$;

do $do$
declare
    tables text := (
        select string_agg(distinct about::text, ', ')
        from (select conrelid::regclass as about from pg_constraint
              where contype = 'f' and confrelid = 'comment'::regclass
              union values ('comment'::regclass), ('decision'::regclass)) each
    );
begin
    for turn in 1 .. 300 loop
        -- A post that began before 0560 ends as it began; it has or waits for a lock of its site.
        if exists (
            select from pg_stat_activity a join pg_locks l on l.pid = a.pid and l.locktype = 'advisory'
            where a.datname = current_database() and a.pid <> pg_backend_pid()
              and a.xact_start < (select applied_at from migration where name = '0561_keys_of_before')
        ) then
            perform pg_sleep(0.1);
            continue;
        end if;
        begin  -- all or none: who holds some and waits for others would be waited for
            execute format('lock table %s in access exclusive mode', tables);
            return;
        exception when lock_not_available or deadlock_detected then
            perform pg_sleep(0.1);
        end;
    end loop;
    raise lock_not_available using message = 'the tables of comments are in use all the time';
end $do$;

insert into comment_key (site_id, idempotency_key, comment_id)
select c.site_id, c.idempotency_key, c.id from comment c
where c.idempotency_key is not null and c.id >= first_id(now() - interval '1 day')
on conflict do nothing;

do $do$
declare
    counted text := pg_get_viewdef('decision_to_count'::regclass);
    newest uuid := (select id from comment order by id desc limit 1);
    ends uuid;
    each record;
    about text;
    own text;
    later text[] := '{}';  -- what is made once the parts are in place
begin
    drop view decision_to_count;
    ends := first_id(date_trunc('month', now(), 'UTC'));
    if newest is not null then
        ends := coalesce(
            (select (regexp_match(pg_get_constraintdef(oid), '''([-0-9a-f]{36})'''))[1]::uuid from pg_constraint
             where conname = 'before_months' and conrelid = 'comment'::regclass),
            first_id(month_after(date_trunc('month', greatest(now(), month_of(newest)), 'UTC'), 2)));
    end if;
    -- What refers to comments refers to all months; its rows are looked at beside the service. What a reply answers is
    -- looked up as it is written (place_comments), and may go with its month; decisions refer to their own month. A load
    -- of data alone, which comes in no order that knows of months, can put off the looking to its end.
    for each in
        select conname, conrelid::regclass as place, pg_get_constraintdef(oid) as how from pg_constraint
        where contype = 'f' and confrelid = 'comment'::regclass
    loop
        if each.place not in ('comment'::regclass, 'decision'::regclass) then
            later := later || format('alter table %s add constraint %I %s deferrable not valid',
                                     each.place, each.conname, each.how);
        end if;
        if each.place <> 'decision'::regclass then
            execute format('alter table %s drop constraint %I', each.place, each.conname);
        end if;
    end loop;
    foreach about in array array['comment', 'decision'] loop
        own := about || '_before';
        for each in
            select tgname, pg_get_triggerdef(oid) as how from pg_trigger where tgrelid = about::regclass and not tgisinternal
        loop
            later := later || each.how;
            execute format('drop trigger %I on %I', each.tgname, about);
        end loop;
        for each in
            select acl.privilege_type as may, acl.grantee::regrole as who, acl.is_grantable
            from pg_class c, aclexplode(c.relacl) acl
            where c.oid = about::regclass and acl.grantee <> c.relowner and acl.grantee <> 0
        loop
            later := later || format('grant %s on %I to %s%s', each.may, about, each.who,
                                     case when each.is_grantable then ' with grant option' else '' end);
        end loop;
        execute format('alter table %I rename to %I', about, own);
        execute format('create table %I (like %I including defaults including constraints including storage) partition by range (%s)',
                       about, own, case about when 'comment' then 'id' else 'comment_id' end);
        execute format('alter table %I drop constraint if exists before_months', about);
        for each in
            select i.indexrelid::regclass as name, c.relname, pg_get_indexdef(i.indexrelid) as how, k.conname,
                   pg_get_constraintdef(k.oid) as key, i.indisunique
            from pg_index i join pg_class c on c.oid = i.indexrelid
            left join pg_constraint k on k.conindid = i.indexrelid and k.contype = 'p' and k.conrelid = i.indrelid
            where i.indrelid = own::regclass
        loop
            execute format('alter index %I rename to %I', each.relname, each.relname || '_before');
            if each.conname is not null then
                execute format('alter table %I add constraint %I %s', about, each.conname, each.key);
            elsif not each.indisunique then
                execute replace(each.how, format('.%s USING', own), format('.%s USING', about));
            end if;
        end loop;
        for each in
            select conname, pg_get_constraintdef(oid) as how from pg_constraint
            where contype = 'f' and conrelid = own::regclass and confrelid not in ('comment_before'::regclass)
        loop
            execute format('alter table %I add constraint %I %s', about, each.conname, each.how);
        end loop;
        execute format('alter table %I attach partition %I for values from (minvalue) to (%L)', about, own, ends);
        execute format('alter table %I drop constraint if exists before_months', own);
    end loop;
    foreach about in array later loop
        execute about;
    end loop;
    execute 'create view decision_to_count as ' || counted;
    perform make_months(3);
end $do$;

do $do$ begin
    execute replace(replace(replace(replace(
        pg_get_functiondef('place_comments(jsonb, uuid, uuid)'::regprocedure),
        $form$and (
                    select true from comment c
                    where c.site_id = r.site_id  -- by an equality no order would be asked for
                        and c.idempotency_key between r.idempotency_key and r.idempotency_key
                    order by c.idempotency_key limit 1
                ) then 'key_taken' end$form$,
        $form$and exists (
                    select from comment_key k
                    where k.site_id = r.site_id and k.idempotency_key = r.idempotency_key
                ) then 'key_taken' end$form$
    ),
        $form$
        ), new as ($form$,
        $form$
        ), keyed as (
            insert into comment_key (site_id, idempotency_key, comment_id)
            select f.site_id, f.idempotency_key, f.id from fit f where f.idempotency_key is not null
            on conflict do nothing returning comment_id
        ), new as ($form$
    ),
        $form$
            from fit f
            on conflict do nothing$form$,
        $form$
            from fit f where f.idempotency_key is null or f.id in (select comment_id from keyed)$form$
    ),
        $form$        ), keyed as (
            insert into comment_key (site_id, idempotency_key, comment_id)
            select w.site_id, w.idempotency_key, w.id from written w where w.idempotency_key is not null
            on conflict do nothing
        ), contact as ($form$,
        $form$        ), contact as ($form$
    );
end $do$;
