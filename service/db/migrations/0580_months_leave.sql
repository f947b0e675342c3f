-- lock_timeout: 10s
-- statement_timeout: 10min
-- Months of comments that an installation keeps no longer are detached and go. What hangs on their comments goes first,
-- some at a time; pages and contacts follow, as far as `leaving` says, before the tables are dropped.
create table leaving (
    comments    text primary key,
    decisions   text not null,
    detached_at timestamptz not null default now(),
    page_of     uuid not null default '00000000-0000-0000-0000-000000000000',
    page        bytea not null default '',
    author      uuid not null default '00000000-0000-0000-0000-000000000000'
);

-- By it notices of a month are found; they are those of some weeks.
create index outbox_of_comment on outbox (comment_id);

-- Delete up to so many rows of each table about comments from `first` until `ends`; how many were.
create function empty_month(first uuid, ends uuid, most integer) returns integer
language plpgsql set search_path from current as $$
declare
    about regclass;
    gone integer;
    count integer := 0;
begin
    for about in select each from tables_with('comment_id') each where each <> 'decision'::regclass loop
        execute format(
            'delete from %1$s where ctid = any (array('
            'select ctid from %1$s where comment_id >= $1 and comment_id < $2 limit $3 for update skip locked))', about
        ) using first, ends, most;
        get diagnostics gone = row_count;
        count := count + gone;
    end loop;
    delete from outbox where kind = 'mail' and told_comment >= first and told_comment < ends;
    return count;
end $$;

-- Detach a month of comments, with its decisions; for how many seconds nobody else read or wrote. It fails rather than
-- wait for long, and where something refers to one of its comments again: that is looked for along indexes, which in a
-- large table ends at the first row of a later month.
create function detach_month(part text) returns double precision
language plpgsql set search_path from current set enable_hashjoin = off as $$
declare
    others text := (
        select string_agg(distinct conrelid::regclass::text, ', ') from pg_constraint
        where contype = 'f' and confrelid = 'comment'::regclass and conrelid <> 'comment'::regclass
    );
    decisions text := (
        select d.part from months_of('comment') c join months_of('decision') d on d.until = c.until
        where c.part = detach_month.part::regclass
    );
    begun timestamptz;
begin
    perform set_config('lock_timeout', '300ms', true);
    lock table comment in access exclusive mode;
    begun := clock_timestamp();
    perform set_config('lock_timeout', '50ms', true);
    execute format('lock table decision, %s in access exclusive mode', others);
    execute format('alter table decision detach partition %s', decisions);
    execute format('alter table %s drop constraint decision_comment_id_fkey', decisions);
    execute format('alter table comment detach partition %s', part);
    insert into leaving (comments, decisions) values (part, decisions);
    return extract(epoch from clock_timestamp() - begun);
end $$;

-- Let pages and contacts follow the month that was detached first, up to so many at a time, then drop it: which was
-- done, null where none has been detached.
create function follow_month(most integer) returns text
language plpgsql set search_path from current as $$
declare
    month leaving;
    last_site uuid;
    last_page bytea;
    authors uuid[];
begin
    select * into month from leaving order by detached_at, comments limit 1 for update;
    if not found then
        return null;
    end if;
    execute format($do$
        with next as materialized (
            select site_id, page_key, count(*) as gone from %I
            where status = 'approved' and (site_id, page_key) > ($1, $2)
            group by 1, 2 order by 1, 2 limit $3
        ), told as (
            insert into page_shown as p (site_id, page_key, count, version)
            select n.site_id, now.page_key, -sum(n.gone), (extract(epoch from clock_timestamp()) * 1000000)::bigint
            from next n cross join lateral page_at(n.site_id, n.page_key) now (page_key)
            where exists (select from page_shown s where s.site_id = n.site_id and s.page_key = now.page_key)
            group by 1, 2 order by 1, 2  -- the order in which posts lock them
            on conflict (site_id, page_key) do update
            set count = p.count + excluded.count, version = greatest(p.version + 1, excluded.version)
        )
        select site_id, page_key from next order by 1 desc, 2 desc limit 1
    $do$, month.comments) into last_site, last_page using month.page_of, month.page, most;
    if last_site is not null then
        update leaving set page_of = last_site, page = last_page where comments = month.comments;
        return 'pages';
    end if;
    execute format('select array(select distinct author_id from %I where author_id > $1 order by 1 limit $2)', month.comments)
    into authors using month.author, most;
    if cardinality(authors) > 0 then
        perform pg_advisory_xact_lock(in_order.lock) from (  -- as posting takes them
            select distinct uuid_hash_extended(author, 0) as lock from unnest(authors) author order by 1
        ) in_order;
        delete from comment_contact k
        where k.author_id = any (authors) and not exists (select from comment c where c.author_id = k.author_id);
        update leaving set author = authors[cardinality(authors)] where comments = month.comments;
        return 'contacts';
    end if;
    perform set_config('lock_timeout', '300ms', true);  -- it locks what these tables refer to, such as sites
    execute format('drop table %I, %I', month.decisions, month.comments);
    delete from leaving where comments = month.comments;
    return 'dropped';
end $$;
