-- What the migrations make, written by `make schema`; nothing reads it but people.

CREATE TYPE public.actor_kind AS ENUM (
    'classifier',
    'rule',
    'moderator',
    'site',
    'system'
);

CREATE TYPE public.comment_status AS ENUM (
    'pending',
    'approved',
    'rejected',
    'erased'
);

CREATE TYPE public.model_state AS ENUM (
    'candidate',
    'shadow',
    'active',
    'retired'
);

CREATE TYPE public.staff_role AS ENUM (
    'moderator',
    'data',
    'admin'
);

CREATE FUNCTION public.approved_at(comment uuid) RETURNS integer
    LANGUAGE plpgsql STABLE
    SET search_path TO '$user', 'public'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
begin
    return (
        select coalesce(max(d.version), 0) from decision d
        where d.comment_id = comment and d.action = 'approve' and not exists (
            select from decision u where u.comment_id = comment and u.undoes = d.version
        )
    );
end $$;

CREATE FUNCTION public.around_waiting(ids uuid[], parents uuid[], authors uuid[]) RETURNS TABLE(id uuid, parent_id uuid, parent_name text, parent_body text, parent_status public.comment_status, bands jsonb, approved bigint, rejected bigint, pending bigint, first_seen timestamp with time zone)
    LANGUAGE plpgsql STABLE ROWS 25
    SET search_path TO '$user', 'public'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
begin
    return query
    select asked.id, parent.id, parent.name, parent.body,
           case when parent.audited_version = parent.version then 'pending' else parent.status end,
           verdict.bands, record.approved, record.rejected, record.pending, record.first_seen
    from unnest(ids, parents, authors) as asked (id, parent_id, author_id)
    left join author span on span.author_id = asked.author_id
    left join lateral (
        select p.* from comment p where p.id = asked.parent_id limit 1  -- one by one, in its month
    ) parent on true
    left join lateral (
        select d.bands from decision d
        where d.comment_id = asked.id and d.action in ('submit', 'edit') order by d.version desc limit 1
    ) verdict on true
    left join lateral (
        select count(*) filter (where latest.status = 'approved') as approved,
               count(*) filter (where latest.status = 'rejected') as rejected,
               count(*) filter (where latest.status = 'pending') as pending,
               min(latest.submitted_at) as first_seen
        from (
            select case when a.audited_version = a.version then 'pending' else a.status end as status, a.submitted_at
            from comment a
            where a.author_id = asked.author_id
              and a.id >= coalesce(span.wrote_since, '00000000-0000-0000-0000-000000000000')
              and a.id < coalesce(span.wrote_until, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
            order by a.id desc limit 1000
        ) latest
    ) record on true;
end $$;

CREATE FUNCTION public.author_of_contact() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    SET enable_seqscan TO 'off'
    AS $$
begin
    insert into author (author_id, site_id) select a.author_id, a.site_id from added a order by a.author_id
    on conflict (author_id) do nothing;
    return null;
end $$;

CREATE FUNCTION public.author_of_new() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
begin
    update author k set wrote_since = least(k.wrote_since, a.since), wrote_until = greatest(k.wrote_until, a.until)
    from (
        select n.author_id, first_id(month_of((array_agg(n.id order by n.id))[1])) as since,
               first_id(month_after(month_of((array_agg(n.id order by n.id desc))[1]), 1)) as until
        from added n where n.author_id is not null group by n.author_id
    ) a
    where k.author_id = a.author_id and (a.since < k.wrote_since or a.until > k.wrote_until);
    return null;
end $$;

CREATE FUNCTION public.callback_asked() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
begin
    select c.id, c.status, c.version into new.comment_id, new.status, new.version
    from comment c where c.id = new.id for share;
    if new.status = 'erased' then
        return null;
    end if;
    new.receiver := substring(new.url from '^[a-z]+://(?:[^/?#]*@)?([^/?#]+)');
    new.next_at := case when new.status = 'pending' then 'infinity' else now() end;
    return new;
end $$;

CREATE FUNCTION public.callback_decided() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
begin
    if not exists (select from made where version > 1) then
        return null;  -- new comments alone, whose callbacks come after them
    end if;
    update outbox o
    set status = m.to_status, version = m.version, created_at = now(),
        next_at = case when m.to_status = 'pending' then 'infinity'
                       when o.next_at = 'infinity' then now() else o.next_at end,
        failed_at = case when m.to_status = 'erased' then now() end,
        recalled = m.to_status = 'erased'
    from made m
    where o.id = m.comment_id and o.kind = 'callback' and o.delivered_at is null and o.failed_at is null
      and m.to_status is distinct from m.from_status;
    update outbox o set url = '' from made m
    where o.id = m.comment_id and o.kind = 'callback' and m.to_status = 'erased';
    return null;
end $$;

CREATE FUNCTION public.change_comments(given jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
declare
    low uuid := (select (each ->> 'id')::uuid from jsonb_array_elements(given) each order by 1 limit 1);
    high uuid := (select (each ->> 'id')::uuid from jsonb_array_elements(given) each order by 1 desc limit 1);
begin
    with asked as materialized (
        select * from jsonb_to_recordset(given) as a (
            id uuid, version integer, from_status comment_status, to_status comment_status, action text,
            actor actor_kind, staff_id uuid, reason text, note text, undoes integer, notice_id uuid,
            person text, audit text, reasons text[], risk real, bands jsonb)
    ), recorded as (
        insert into decision (
            comment_id, version, from_status, to_status, action, actor, staff_id, reason, note,
            scores, model_version, undoes, person, reasons, bands, linear_scores
        )
        select c.id, a.version, a.from_status, a.to_status, a.action, a.actor, a.staff_id, a.reason,
            a.note, c.scores, c.model_version, a.undoes, a.person, coalesce(a.reasons, '{}'),
            coalesce(a.bands, '{}'), case when a.bands is not null then c.linear_scores end
        from asked a join comment c on c.id = a.id and c.id between low and high
    ), unclaimed as (
        delete from claim using asked a where claim.comment_id = a.id
    ), unsent as (
        select n.id, n.comment_id
        from asked a
        join outbox n on n.comment_id = a.id and n.version = a.undoes and n.kind = 'webhook'
        join decision d on d.comment_id = n.comment_id and d.version = n.version
            and d.comment_id between low and high and d.from_status = a.to_status
        where n.delivered_at is null and n.failed_at is null and n.sent_at is null and n.next_at <= now()
        for update of n skip locked
    ), recalled as (
        update outbox n set failed_at = now(), recalled = true from unsent where n.id = unsent.id
    ), noticed as (
        insert into outbox (id, site_id, comment_id, version, status)
        select a.notice_id, c.site_id, c.id, a.version, a.to_status
        from asked a join comment c on c.id = a.id and c.id between low and high
        join site on site.id = c.site_id and site.own_settings ? 'webhook_url'
        where a.to_status <> a.from_status and not exists (select from unsent where unsent.comment_id = a.id)
    ), audited as (
        update audit set answered_version = case a.audit when 'answered' then a.version end
        from asked a where audit.comment_id = a.id and a.audit is not null
    )
    update comment c set status = a.to_status, version = a.version, decided_at = now(),
        audited_version = case a.audit when 'opened' then a.version end,
        reasons = coalesce(a.reasons, c.reasons), risk = coalesce(a.risk, c.risk)
    from asked a where c.id = a.id and c.id between low and high;
end $$;

CREATE FUNCTION public.comment_found_by() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
begin
    new.found_by := search_words(search_form(new.name || ' ' || new.body));
    return new;
end $$;

CREATE FUNCTION public.decisions_since(since timestamp with time zone, of_sites uuid[], by_day boolean) RETURNS TABLE(begins timestamp with time zone, site_id uuid, kind text, reasons text[], status public.comment_status, actor public.actor_kind, language text, model_version text, second_opinion boolean, decisions bigint, queue bigint)
    LANGUAGE sql STABLE
    SET search_path TO '$user', 'public'
    AS $$
    with days as materialized (
        select c.begins from counted c
        where by_day and c.minutes = 1440 and c.begins >= since and not exists (
            select from recount r where r.quarter >= c.begins and r.quarter < c.begins + interval '1 day'
        )
    ), quarters as materialized (
        select c.begins from counted c
        where c.minutes = 15 and c.begins >= since and c.begins not in (select r.quarter from recount r)
          and date_trunc('day', c.begins, 'UTC') not in (select days.begins from days)
    ), spans as materialized (
        select greatest(q, since) as begins, lead(q, 1, 'infinity') over (order by q) as until
        from generate_series(date_bin('15 minutes', since, 'epoch'), now(), interval '15 minutes') q
    )
    select n.begins, n.site_id, n.kind, n.reasons, n.status, n.actor, n.language, n.model_version,
           n.second_opinion, n.decisions, n.queue
    from (
        select 15 as minutes, quarters.begins from quarters union all select 1440, days.begins from days
    ) span join decision_count n on n.minutes = span.minutes and n.begins = span.begins
    where of_sites is null or n.site_id = any (of_sites)
    union all
    select date_bin('15 minutes', d.at, 'epoch'), d.site_id, d.kind, d.reasons, d.status, d.actor, d.language,
           d.model_version, d.second_opinion, 1, d.queue
    from spans u cross join lateral (
        select * from decision_to_count c where c.at >= u.begins and c.at < u.until
        offset 0  -- one span after the other along the index of times
    ) d
    where u.begins not in (select quarters.begins from quarters)
      and date_trunc('day', u.begins, 'UTC') not in (select days.begins from days)
      and (of_sites is null or d.site_id = any (of_sites))
$$;

CREATE FUNCTION public.detach_month(part text) RETURNS double precision
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    SET enable_hashjoin TO 'off'
    AS $$
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

CREATE FUNCTION public.empty_month(first uuid, ends uuid, most integer) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $_$
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
end $_$;

CREATE FUNCTION public.event_loaded() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
begin
    delete from event where comment_id = new.comment_id and version = new.version;
    return new;
end $$;

CREATE FUNCTION public.event_of_decision() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    SET enable_seqscan TO 'off'
    AS $$
begin
    insert into event (comment_id, version, site_id)
    select m.comment_id, m.version, (select c.site_id from comment c where c.id = m.comment_id)
    from made m
    where m.to_status is distinct from m.from_status and not m.reasons @> '{imported}'
    order by m.comment_id, m.version;
    return null;
end $$;

CREATE FUNCTION public.first_id(moment timestamp with time zone) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
    select rpad(lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0'), 32, '0')::uuid
$$;

CREATE FUNCTION public.follow_month(most integer) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $_$
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
end $_$;

CREATE FUNCTION public.forget_author() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
begin
    update standing_change set note = null where author = old.id and note is not null;
    return null;
end $$;

CREATE FUNCTION public.forget_rescored() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('moderation.rescored'));
    delete from rescored where comment_id = new.id;
    return null;
end $$;

CREATE FUNCTION public.known_authors(authors uuid[]) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE ROWS 100
    SET search_path TO '$user', 'public'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
begin
    return query
    select asked.author_id from unnest(authors) asked (author_id)
    left join author span on span.author_id = asked.author_id
    cross join lateral (
        select from comment a
        where a.author_id = asked.author_id
          and a.id >= coalesce(span.wrote_since, '00000000-0000-0000-0000-000000000000')
          and a.id < coalesce(span.wrote_until, 'ffffffff-ffff-ffff-ffff-ffffffffffff') and a.status in ('approved', 'rejected')
          and a.audited_version is distinct from a.version
        order by a.id desc limit 1
    ) known;
end $$;

CREATE FUNCTION public.lock_comments(ids uuid[]) RETURNS TABLE(id uuid, site_id uuid, status public.comment_status, version integer, action text, staff_id uuid, from_status public.comment_status, reason text, actor public.actor_kind, person text, claimed_by uuid, audited boolean, answers boolean)
    LANGUAGE plpgsql ROWS 10
    SET search_path TO '$user', 'public'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS $$
#variable_conflict use_column
declare
    low uuid := (select each from unnest(ids) each order by each limit 1);
    high uuid := (select each from unnest(ids) each order by each desc limit 1);
begin
    return query
    select c.id, c.site_id, c.status, c.version,
           newest.action, newest.staff_id, newest.from_status, newest.reason,
           newest.actor, newest.person,
           claim.staff_id as claimed_by,
           c.audited_version is not distinct from c.version as audited,
           audit.answered_version is not distinct from c.version as answers
    from comment c
    left join audit on audit.comment_id = c.id
    join decision newest on newest.comment_id = c.id and newest.version = c.version and newest.comment_id between low and high
    left join claim on claim.comment_id = c.id and claim.expires_at > now()
    where c.id = any (ids) and c.id between low and high
    order by c.id
    for no key update of c;
end $$;

CREATE FUNCTION public.make_month(month timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
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
end $$;

CREATE FUNCTION public.make_months(ahead integer) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
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

CREATE FUNCTION public.month_after(month timestamp with time zone, months integer) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
    select (month at time zone 'UTC' + make_interval(months => months)) at time zone 'UTC'
$$;

CREATE FUNCTION public.month_of(id uuid) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
    select date_trunc('month', to_timestamp(
        ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0), 'UTC')
$$;

CREATE FUNCTION public.months_of(about regclass) RETURNS TABLE(part regclass, first uuid, until uuid)
    LANGUAGE sql STABLE
    SET search_path TO '$user', 'public'
    AS $$
    select c.oid::regclass, (regexp_match(bound, 'FROM \(''([-0-9a-f]+)''\)'))[1]::uuid,
           (regexp_match(bound, 'TO \(''([-0-9a-f]+)''\)'))[1]::uuid
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    cross join lateral pg_get_expr(c.relpartbound, c.oid) bound
    where i.inhparent = about and bound is not null order by 3
$$;

CREATE FUNCTION public.move_authors(former uuid[], latter uuid[], sealed bytea[]) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
declare
    olds uuid[];
    news uuid[];
    mails bytea[];
begin
    perform pg_advisory_xact_lock(key.lock) from (  -- as posting and erasing take them
        select distinct uuid_hash_extended(author, 0) as lock from unnest(former || latter) as author order by lock
    ) key;
    select array_agg(g.old), array_agg(g.new), array_agg(g.mail) into olds, news, mails
    from unnest(former, latter, sealed) as g (old, new, mail)
    left join comment_contact c on c.author_id = g.old
    where (c.author_id is null) = (g.mail is null);
    insert into comment_contact (author_id, site_id, email, created_at)
    select g.new, c.site_id, g.mail, c.created_at
    from unnest(olds, news, mails) as g (old, new, mail) join comment_contact c on c.author_id = g.old
    on conflict (author_id) do nothing;
    -- Who wrote meanwhile has two rows: the one that says more stays.
    update author a set mail_stopped_at = coalesce(a.mail_stopped_at, b.mail_stopped_at)
    from unnest(olds, news) as g (old, new) join author b on b.author_id in (g.old, g.new)
    where a.author_id in (g.old, g.new) and a.author_id <> b.author_id and b.mail_stopped_at is not null;
    delete from author a using unnest(olds, news) as g (old, new), author b
    where a.author_id = g.new and b.author_id = g.old and (a.standing = 'normal' or b.standing <> 'normal');
    update author a set author_id = g.new from unnest(olds, news) as g (old, new)
    where a.author_id = g.old and not exists (select from author b where b.author_id = g.new);
    -- The digest of a request holds the address too.
    update comment c set author_id = g.new, request_digest = null
    from unnest(olds, news) as g (old, new) where c.author_id = g.old;
    update label l set author_id = g.new from unnest(olds, news) as g (old, new) where l.author_id = g.old;
    update akismet_word w set author_id = g.new from unnest(olds, news) as g (old, new) where w.author_id = g.old;
    -- Two may have become one.
    update author set wrote_since = default, wrote_until = default where author_id = any(news);
    delete from comment_contact where author_id = any(olds);
    return coalesce(cardinality(olds), 0);
end $$;

CREATE FUNCTION public.moving_lock(of_site uuid) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    SET search_path TO '$user', 'public'
    AS $$
    select uuid_hash_extended(of_site, 180)
$$;

CREATE FUNCTION public.page_at(of_site uuid, key bytea) RETURNS bytea
    LANGUAGE plpgsql STABLE
    SET search_path TO '$user', 'public'
    AS $$
begin
    return coalesce(
        (select m.to_key from moved_page m where m.site_id = of_site and m.from_key = key), key
    );
end $$;

CREATE FUNCTION public.page_is_closed(of_site uuid, key bytea, before uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO '$user', 'public'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
declare
    shown page_shown;
begin
    if exists (select from closed_page c where c.site_id = of_site and c.page_key = key) then
        return true;
    end if;
    if before is null then
        return false;
    end if;
    select * into shown from page_shown p where p.site_id = of_site and p.page_key = key;
    return coalesce((
        select c.id < before from comment c
        where c.site_id = of_site and c.page_key = key and c.status = 'approved'
          and c.id between shown.since and shown.until
        order by c.id limit 1
    ), false);
end $$;

CREATE FUNCTION public.page_moved() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
begin
    insert into page_shown as p (site_id, page_key, count, version, since, until)
    select distinct told.site_id, each.key, 0, (extract(epoch from clock_timestamp()) * 1000000)::bigint,
           'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid, '00000000-0000-0000-0000-000000000000'::uuid
    from told, lateral (values (told.from_key), (told.to_key)) each (key) order by 1, 2
    on conflict (site_id, page_key) do update set version = greatest(p.version + 1, excluded.version);
    return null;
end $$;

CREATE FUNCTION public.page_of_changed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
begin
    insert into page_shown as p (site_id, page_key, count, version, since, until)
    select each.site_id, each.page_key, sum(each.more),
           (extract(epoch from clock_timestamp()) * 1000000)::bigint,
           coalesce((array_agg(each.id order by each.id) filter (where each.more = 1))[1],
                    'ffffffff-ffff-ffff-ffff-ffffffffffff'),
           coalesce((array_agg(each.id order by each.id desc) filter (where each.more = 1))[1],
                    '00000000-0000-0000-0000-000000000000')
    from before b join after a using (id), lateral (
        values (id, b.site_id, b.page_key, b.status, -1), (id, a.site_id, a.page_key, a.status, 1)
    ) each (id, site_id, page_key, status, more)
    where each.status = 'approved'
      and (b.site_id, b.page_key, b.status, b.name, b.website, b.body, b.parent_id, b.submitted_at)
          is distinct from
          (a.site_id, a.page_key, a.status, a.name, a.website, a.body, a.parent_id, a.submitted_at)
    group by each.site_id, each.page_key order by each.site_id, each.page_key
    on conflict (site_id, page_key) do update
    set count = p.count + excluded.count, version = greatest(p.version + 1, excluded.version),
        since = least(p.since, excluded.since), until = greatest(p.until, excluded.until);
    return null;
end $$;

CREATE FUNCTION public.page_of_new() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
begin
    insert into page_shown as p (site_id, page_key, count, version, since, until)
    select a.site_id, a.page_key, count(*), (extract(epoch from clock_timestamp()) * 1000000)::bigint,
           (array_agg(a.id order by a.id))[1], (array_agg(a.id order by a.id desc))[1]
    from added a where a.status = 'approved'
    group by a.site_id, a.page_key order by a.site_id, a.page_key
    on conflict (site_id, page_key) do update
    set count = p.count + excluded.count, version = greatest(p.version + 1, excluded.version),
        since = least(p.since, excluded.since), until = greatest(p.until, excluded.until);
    return null;
end $$;

CREATE FUNCTION public.page_told() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
begin
    insert into page_shown as p (site_id, page_key, count, version, since, until)
    select told.site_id, told.page_key, 0, (extract(epoch from clock_timestamp()) * 1000000)::bigint,
           'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid, '00000000-0000-0000-0000-000000000000'::uuid
    from told group by told.site_id, told.page_key order by told.site_id, told.page_key
    on conflict (site_id, page_key) do update set version = greatest(p.version + 1, excluded.version);
    return null;
end $$;

CREATE FUNCTION public.place_comments(given jsonb, minute uuid, day uuid) RETURNS TABLE(place integer, known text[])
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
#variable_conflict use_column
declare
    waves integer;
begin
    select max(held.wave) into waves from (
        select asked.wave, case when asked.shared then pg_advisory_xact_lock_shared(asked.lock)
                                else pg_advisory_xact_lock(asked.lock) end
        from (
            select key.shared, key.lock, max(r.wave) as wave
            from jsonb_to_recordset(given) as r (wave integer, site_id uuid, author_id uuid, locks bigint[]),
            lateral (
                select true as shared, moving_lock(r.site_id) as lock
                union all
                select false, uuid_hash_extended(r.author_id, 0)  -- as erasing takes it: author_lock
                where r.author_id is not null
                union all
                select false, each from unnest(r.locks) each
            ) key
            group by key.shared, key.lock order by key.shared desc, key.lock
        ) asked
    ) held;
    for wave_now in 1 .. coalesce(waves, 0) loop
        return query
        with asked as materialized (
            select r.*, author.before, case when exists (
                select from moved_page m where m.site_id = r.site_id and m.from_key = r.page_key
            ) then array['page_moved'] else array_remove(array[
                case when r.idempotency_key is not null and exists (
                    select from comment_key k
                    where k.site_id = r.site_id and k.idempotency_key = r.idempotency_key
                ) then 'key_taken' end,
                case when page_is_closed(r.site_id, r.page_key, r.closes_before) then 'page_closed' end,
                case when r.parent_id is not null and (
                    select c.site_id = r.site_id and c.page_key = r.page_key and c.status <> 'erased'
                    from comment c where c.id = r.parent_id
                ) is not true then 'no_parent' end,
                case when (
                    select c.site_id = r.site_id and c.status in ('pending', 'rejected')
                    from comment c where c.id = r.parent_id
                ) then 'parent_hidden' end,
                case when author.rejected >= r.rejected_before and author.approved < author.rejected
                    then 'author_record' end,
                case when r.hold_new and author.approved = 0 then 'author_new' end,
                case when author.approved >= r.trusted_after and author.rejected = 0
                    then 'author_proven' end,
                case when author.same or r.same_text > 0 and (
                    select count(*) from (
                        select from comment c
                        where c.site_id = r.site_id and c.fingerprint = r.fingerprint and c.id >= day
                        order by c.id limit r.same_text
                    ) same_text
                ) >= r.same_text then 'repeated' end,
                case when (
                    select count(*) from (
                        select from comment c where c.author_id = r.author_id and c.id >= minute
                        limit r.author_per_minute
                    ) of_author
                ) >= r.author_per_minute or (
                    select count(*) from (
                        select from comment c where c.origin = r.origin and c.id >= minute
                        limit r.origin_per_minute
                    ) of_origin
                ) >= r.origin_per_minute then 'flood' end,
                (
                    select 'author_' || a.standing from author a
                    where a.author_id = r.author_id and a.standing <> 'normal'
                      and (a.until is null or a.until > statement_timestamp())
                )
            ], null) end as found
            from jsonb_to_recordset(given) as r (
                place integer, wave integer, expected text[], write boolean, same_text integer,
                rejected_before integer, hold_new boolean, trusted_after integer, closes_before uuid,
                author_per_minute integer, origin_per_minute integer,
                id uuid, site_id uuid, author_id uuid, email bytea, page text, page_key bytea,
                parent_id uuid, origin bytea, name text, website text, body text, fingerprint bytea,
                external_id text, idempotency_key text, request_digest bytea, status comment_status,
                reasons text[], scores jsonb, risk real, language text, model_version text,
                submitted_at timestamptz, written_at timestamptz, actor actor_kind, bands jsonb,
                notice_id uuid, linear_scores jsonb
            ) left join author span on span.author_id = r.author_id, lateral (
                select count(*) as before, count(*) filter (where latest.status = 'approved') as approved,
                       count(*) filter (where latest.status = 'rejected') as rejected,
                       coalesce(bool_or(latest.page_key = r.page_key
                           and latest.fingerprint = r.fingerprint and latest.id >= day), false) as same
                from (
                    select c.id, c.status, c.page_key, c.fingerprint from comment c
                    where c.author_id = r.author_id
                      and c.id >= coalesce(span.wrote_since, '00000000-0000-0000-0000-000000000000')
                      and c.id < coalesce(span.wrote_until, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                    order by c.id desc limit 200
                ) latest
            ) author
            where r.wave = wave_now
        ), fit as (
            select * from asked where found = expected and write
        ), keyed as (
            insert into comment_key (site_id, idempotency_key, comment_id)
            select f.site_id, f.idempotency_key, f.id from fit f where f.idempotency_key is not null
            on conflict do nothing returning comment_id
        ), new as (
            insert into comment (
                id, site_id, author_id, page, page_key, parent_id, origin, name, website, body,
                fingerprint, external_id, idempotency_key, request_digest, status, reasons, scores,
                risk, language, model_version, submitted_at, decided_at, linear_scores
            )
            select f.id, f.site_id, f.author_id, f.page, f.page_key, f.parent_id, f.origin, f.name,
                f.website, f.body, f.fingerprint, f.external_id, f.idempotency_key, f.request_digest,
                f.status, f.reasons, f.scores, f.risk, f.language, f.model_version,
                coalesce(f.written_at, f.submitted_at), f.submitted_at, f.linear_scores
            from fit f where f.idempotency_key is null or f.id in (select comment_id from keyed)
            returning comment.id
        ), written as (
            select f.* from fit f join new using (id)
        ), contact as (
            insert into comment_contact (author_id, site_id, email)
            select w.author_id, w.site_id, w.email from written w where w.email is not null
            on conflict (author_id) do nothing
        ), first as (
            insert into author (author_id, site_id, wrote_since, wrote_until)
            select w.author_id, w.site_id, first_id(month_of(w.id)), first_id(month_after(month_of(w.id), 1))
            from written w where w.email is not null and w.before = 0
            on conflict (author_id) do nothing
        ), recorded as (
            insert into decision (
                comment_id, version, to_status, action, actor, reasons, scores, bands,
                model_version, at, linear_scores
            )
            select w.id, 1, w.status, 'submit', w.actor, w.reasons, w.scores, w.bands,
                w.model_version, w.submitted_at, w.linear_scores
            from written w
        ), noticed as (
            insert into outbox (id, site_id, comment_id, version, status)
            select w.notice_id, w.site_id, w.id, 1, w.status from written w
            where w.notice_id is not null
        )
        select a.place, a.found from asked a where a.found <> a.expected
        union all  -- a process of the release before took the key just now
        select f.place, array['key_taken'] from fit f where not exists (
            select from new where new.id = f.id
        );
    end loop;
end $$;

CREATE FUNCTION public.reader_told() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
begin
    if not exists (select from reader_wish) or not exists (select from made where to_status = 'approved') then
        return null;
    end if;
    insert into outbox (id, site_id, comment_id, version, status, kind, receiver, url, told_comment)
    select fresh.id, c.site_id, c.id, m.version, 'approved', 'mail', 'mail', 'mailto:' || fresh.id, w.comment_id
    from made m
    join comment c on c.id = m.comment_id
    join site s on s.id = c.site_id and s.own_settings ->> 'mail_readers' = 'true'
    join reader_wish w on w.comment_id in (c.id, c.parent_id)
        and case when w.comment_id = c.id then w.approved and m.version > 1 else w.replies end
    join comment t on t.id = w.comment_id and t.author_id is not null
        and (t.id = c.id or t.author_id is distinct from c.author_id)
    cross join lateral (select gen_random_uuid() as id where m.version > 0) fresh
    where m.to_status = 'approved' and m.from_status is distinct from 'approved'
      and not m.reasons @> '{imported}'
      and (
          exists (
              select from outbox o
              where o.told_comment = w.comment_id and o.comment_id = c.id and o.kind = 'mail' and o.recalled
          )
          or not exists (
              select from decision d
              where d.comment_id = c.id and d.version < m.version and d.to_status = 'approved'
          )
      )
    on conflict (told_comment, comment_id) where kind = 'mail' do update
    set version = excluded.version, created_at = now(), next_at = now(), failed_at = null, recalled = false,
        attempts = 0, last_error = null, last_status = null
    where outbox.recalled;
    return null;
end $$;

CREATE FUNCTION public.receiver_of_url() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
begin
    update receiver set failing_since = null, failures = 0, disabled_at = null where site_id = new.id;
    update circuit set failing_since = null, failures = 0, disabled_at = null
    where site_id = new.id and receiver = '';
    return null;
end $$;

CREATE FUNCTION public.recount_language() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
begin
    insert into recount (quarter)
    select date_bin('15 minutes', d.at, 'epoch') from decision d where d.comment_id = new.id and d.version = 1
    on conflict do nothing;
    return null;
end $$;

CREATE FUNCTION public.recount_late() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
begin
    if exists (select from made where at < clock_timestamp() - interval '15 minutes') then
        insert into recount (quarter)
        select distinct date_bin('15 minutes', m.at, 'epoch') from made m
        where m.at < clock_timestamp() - interval '15 minutes' on conflict do nothing;
    end if;
    return null;
end $$;

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.release_key() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
begin
    delete from comment_key where comment_id = new.id;
    return null;
end $$;

CREATE FUNCTION public.remove_comments(of_site uuid, most integer) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $_$
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
end $_$;

CREATE FUNCTION public.remove_site(of_site uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $_$
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
end $_$;

CREATE FUNCTION public.require_decision() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
begin
    if tg_op = 'UPDATE' and new.status = old.status and new.version = old.version then
        return null;
    end if;
    if not exists (
        select from decision d
        where d.comment_id = new.id and d.version = new.version and d.to_status = new.status
    ) then
        raise exception 'a change of status needs its decision' using errcode = 'restrict_violation';
    end if;
    if tg_op = 'UPDATE' and new.version <> old.version + 1 then
        raise exception 'versions count up by one' using errcode = 'restrict_violation';
    end if;
    return null;
end $$;

CREATE FUNCTION public.search_form(value text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $_$
begin
    if octet_length(value) > length(value) then
        value := regexp_replace(value, '([0-9])([\u00bc-\u00be\u2150-\u215f\u2189])', '\1 \2', 'g');
        value := replace(replace(replace(lower(normalize(value, NFKD)), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');
        value := translate(value, U&'øłđħıς\06a9\06aa\06cc\0649\06c0\06d5\06c1\06be\05be\05f3\05f4\02b9\02ba\02bb\02bc\02bd',
            U&'oldhiσ\0643\0643\064a\064a\0647\0647\0647\0647        ');
        value := regexp_replace(value, '[\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u061c'
            '\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f'
            '\u202a-\u202e\u2060-\u206f\u20d0-\u20f0\u3099\u309a\u3164\ufe00-\ufe0f\ufe20-\ufe2f\ufeff'
            '\U000e0000-\U000e01ef]+', '', 'g');
        value := regexp_replace(value, '([\u00a2-\u00a9\u00ac\u00ae-\u00b1\u0e00-\u0fff\u1000-\u109f'
            '\u1780-\u17ff\u2070-\u2dff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff'
            '\uf900-\ufaff\U0001f000-\U0001faff\U00020000-\U0003ffff])', ' \1 ', 'g');
        value := regexp_replace(value, '[\u0080-\u00a1\u00ab\u00b6\u00b7\u00bb\u00bf\u2000-\u206f'
            '\u2e00-\u2e7f\u3000-\u3004\u3008-\u303f\u30fb]+', ' ', 'g');
    else
        value := lower(value);
    end if;
    value := regexp_replace(value, '([#$%&*+<=>@^_~|])', ' \1 ', 'g');
    value := regexp_replace(value, '[\u0001-\u001f\u0021\u0022\u0027-\u0029\u002c-\u002f\u003a\u003b\u003f'
        '\u005b-\u005d\u0060\u007b\u007d\u007f]+', ' ', 'g');
    if position('  ' in value) > 0 then
        value := regexp_replace(value, ' {2,}', ' ', 'g');
    end if;
    return btrim(value);
end $_$;

CREATE FUNCTION public.search_query(form text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
    select string_agg('''' || left(word, 60) || ''':*', ' & ')::tsquery
    from unnest(string_to_array(form, ' ')) word where word <> ''
$$;

CREATE FUNCTION public.search_words(form text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
declare
    words text[] := array_remove(string_to_array(form, ' '), '');
begin
    if form ~ '[^ ]{61}' then
        words := array(select left(word, 60) from unnest(words) word);
    end if;
    return array_to_tsvector(words);
end $$;

CREATE FUNCTION public.shown_on_page(of_site uuid, key bytea, beyond uuid, newest boolean, most integer) RETURNS TABLE(id uuid, parent_id uuid, name text, website text, body text, submitted_at timestamp with time zone, edited_at timestamp with time zone, parent_shown boolean)
    LANGUAGE plpgsql STABLE ROWS 50
    SET search_path TO '$user', 'public'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS $$
#variable_conflict use_column
declare
    shown page_shown;
begin
    select * into shown from page_shown p where p.site_id = of_site and p.page_key = key;
    if newest then
        return query
        select c.id, c.parent_id, c.name, c.website, c.body, c.submitted_at, c.edited_at,
               c.parent_id is null or coalesce((
                   select p.status = 'approved' from comment p
                   where p.id = c.parent_id and p.id between shown.since and shown.until
               ), false)
        from comment c
        where c.site_id = of_site and c.page_key = key and c.status = 'approved'
          and c.id >= shown.since and c.id <= shown.until and c.id < beyond
        order by c.id desc limit most;
    else
        return query
        select c.id, c.parent_id, c.name, c.website, c.body, c.submitted_at, c.edited_at,
               c.parent_id is null or coalesce((
                   select p.status = 'approved' from comment p
                   where p.id = c.parent_id and p.id between shown.since and shown.until
               ), false)
        from comment c
        where c.site_id = of_site and c.page_key = key and c.status = 'approved'
          and c.id >= shown.since and c.id <= shown.until and c.id > beyond
        order by c.id limit most;
    end if;
end $$;

CREATE FUNCTION public.site_words_changed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
begin
    update site s set words_version = words_version + 1,
        settings = s.settings - 'blocked_words' - 'held_words' || coalesce((
            select jsonb_object_agg(l.setting, l.entries)
            from (select w.list || '_words' as setting, jsonb_agg(w.entry order by w.id) as entries
                  from site_word w where w.site_id = s.id group by w.list) l), '{}')
    where s.id in (select site_id from changed);
    return null;
end $$;

CREATE FUNCTION public.site_words_of_settings() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO '$user', 'public'
    AS $$
declare
    which  text;
    before jsonb;
    after  jsonb;
begin
    foreach which in array array['blocked', 'held'] loop
        before := coalesce(old.settings -> (which || '_words'), '[]');
        after := coalesce(new.settings -> (which || '_words'), '[]');
        if before <> after then
            delete from site_word where site_id = new.id and list = which and entry in (
                select jsonb_array_elements_text(before)
                except select jsonb_array_elements_text(after));
            insert into site_word (site_id, list, entry)
            select new.id, which, w.entry
            from jsonb_array_elements_text(after) with ordinality w (entry, place)
            where w.entry not in (select jsonb_array_elements_text(before))
            order by w.place on conflict do nothing;
        end if;
    end loop;
    return null;
end $$;

CREATE FUNCTION public.tables_with(name text) RETURNS SETOF regclass
    LANGUAGE sql STABLE
    SET search_path TO '$user', 'public'
    AS $$
    select a.attrelid::regclass from pg_attribute a join pg_class c on c.oid = a.attrelid
    where a.attname = name and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p') and not c.relispartition
      and c.relnamespace = (select relnamespace from pg_class where oid = 'comment'::regclass)
$$;

CREATE FUNCTION public.uncertainty(scores jsonb) RETURNS real
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    RETURN COALESCE(abs((GREATEST(((scores ->> 'spam'::text))::real, ((scores ->> 'toxicity'::text))::real) - (0.5)::real)), (0.5)::real);

CREATE FUNCTION public.waiting_in() RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    SET search_path TO '$user', 'public'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
begin
    return array(
        with recursive month as (
            (select c.id from comment c where c.status = 'pending' or c.audited_version = c.version order by c.id limit 1)
            union all
            select (
                select c.id from comment c
                where (c.status = 'pending' or c.audited_version = c.version)
                  and c.id >= first_id(month_after(month_of(month.id), 1))
                order by c.id limit 1
            ) from month where month.id is not null
        )
        select month.id from month where month.id is not null
    );
end $$;

CREATE FUNCTION public.webhook_secrets(number integer, since timestamp with time zone) RETURNS integer[]
    LANGUAGE sql STABLE
    SET search_path TO '$user', 'public'
    AS $$
    select case when number > 0 and since > now() - interval '1 day' then array[number, number - 1]
                else array[coalesce(number, 0)] end
$$;

CREATE FUNCTION public.webhook_secrets(number integer, since timestamp with time zone, before integer) RETURNS integer[]
    LANGUAGE sql STABLE
    SET search_path TO '$user', 'public'
    AS $$
    select case when number > 0 and since > now() - interval '1 day' then array[number, coalesce(before, number - 1)]
                else array[coalesce(number, 0)] end
$$;

CREATE TABLE public.adaptation (
    id bigint NOT NULL,
    site_id uuid NOT NULL,
    version text NOT NULL,
    bundle_digest text NOT NULL,
    digest text NOT NULL,
    content bytea NOT NULL,
    card jsonb NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT adaptation_bundle_digest_check CHECK ((bundle_digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT adaptation_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT adaptation_version_check CHECK ((version ~ '^[A-Za-z0-9][A-Za-z0-9._+-]{0,79}$'::text))
);

CREATE TABLE public.adaptation_event (
    id bigint NOT NULL,
    site_id uuid NOT NULL,
    action text NOT NULL,
    adaptation_id bigint,
    by text,
    why text,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT adaptation_event_action_check CHECK ((action = ANY (ARRAY['fitted'::text, 'activated'::text, 'deactivated'::text, 'rolled_back'::text])))
);

ALTER TABLE public.adaptation_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.adaptation_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.adaptation ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.adaptation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.admin_act (
    id bigint NOT NULL,
    staff_id uuid,
    act text NOT NULL,
    about text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT admin_act_about_check CHECK (((length(about) >= 1) AND (length(about) <= 200))),
    CONSTRAINT admin_act_act_check CHECK ((act ~ '^[a-z_]{1,40}$'::text))
);

ALTER TABLE public.admin_act ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.admin_act_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.akismet_waiting (
    comment_id uuid NOT NULL,
    site_id uuid NOT NULL,
    place bytea NOT NULL,
    written bytea
);

CREATE TABLE public.akismet_word (
    site_id uuid NOT NULL,
    digest bytea NOT NULL,
    is_spam boolean NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    author_id uuid,
    comment_id uuid
);

CREATE TABLE public.audit (
    comment_id uuid NOT NULL,
    site_id uuid NOT NULL,
    version integer NOT NULL,
    propensity real NOT NULL,
    shown_bands jsonb DEFAULT '{}'::jsonb NOT NULL,
    chosen_at timestamp with time zone DEFAULT now() NOT NULL,
    answered_version integer,
    first_staff uuid,
    CONSTRAINT audit_check CHECK ((answered_version > version)),
    CONSTRAINT audit_propensity_check CHECK (((propensity > (0)::double precision) AND (propensity <= (1)::double precision))),
    CONSTRAINT audit_version_check CHECK ((version > 0))
);

CREATE TABLE public.audit_share (
    site_id uuid NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL,
    share real NOT NULL,
    CONSTRAINT audit_share_share_check CHECK (((share >= (0)::double precision) AND (share <= (1)::double precision)))
);

CREATE TABLE public.author (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    author_id uuid NOT NULL,
    site_id uuid NOT NULL,
    standing text DEFAULT 'normal'::text NOT NULL,
    until timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    mail_stopped_at timestamp with time zone,
    wrote_since uuid DEFAULT '00000000-0000-0000-0000-000000000000'::uuid NOT NULL,
    wrote_until uuid DEFAULT 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid NOT NULL,
    CONSTRAINT author_standing_check CHECK ((standing = ANY (ARRAY['trusted'::text, 'normal'::text, 'held'::text, 'banned'::text])))
);

CREATE TABLE public.circuit (
    site_id uuid NOT NULL,
    receiver text NOT NULL,
    failing_since timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    probe_at timestamp with time zone DEFAULT now() NOT NULL,
    disabled_at timestamp with time zone,
    CONSTRAINT circuit_failures_check CHECK ((failures >= 0)),
    CONSTRAINT failing_has_failures CHECK (((failing_since IS NULL) = (failures = 0)))
);

CREATE TABLE public.claim (
    comment_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.closed_page (
    site_id uuid NOT NULL,
    page_key bytea NOT NULL,
    page text NOT NULL,
    closed_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.comment (
    id uuid NOT NULL,
    site_id uuid NOT NULL,
    page text NOT NULL,
    page_key bytea NOT NULL,
    parent_id uuid,
    author_id uuid,
    origin bytea,
    name text NOT NULL,
    website text,
    body text NOT NULL,
    fingerprint bytea NOT NULL,
    external_id text,
    idempotency_key text,
    request_digest bytea,
    status public.comment_status NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    reasons text[] DEFAULT '{}'::text[] NOT NULL,
    scores jsonb DEFAULT '{}'::jsonb NOT NULL,
    risk real DEFAULT 1 NOT NULL,
    language text,
    model_version text,
    submitted_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    linear_scores jsonb,
    found_by tsvector,
    edited_at timestamp with time zone,
    audited_version integer,
    shown_reasons text[],
    CONSTRAINT comment_risk_check CHECK (((risk >= (0)::double precision) AND (risk <= (1)::double precision))),
    CONSTRAINT comment_version_check CHECK ((version > 0)),
    CONSTRAINT erased_is_empty CHECK (((status <> 'erased'::public.comment_status) OR ((name = ''::text) AND (body = ''::text) AND (website IS NULL) AND (author_id IS NULL) AND (origin IS NULL))))
)
PARTITION BY RANGE (id);

CREATE TABLE public.comment_contact (
    author_id uuid NOT NULL,
    site_id uuid NOT NULL,
    email bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.comment_key (
    site_id uuid NOT NULL,
    idempotency_key text NOT NULL,
    comment_id uuid NOT NULL
);

CREATE TABLE public.contact_key (
    number integer NOT NULL,
    fingerprint text NOT NULL,
    earlier bytea NOT NULL,
    begun_at timestamp with time zone DEFAULT now() NOT NULL,
    done_at timestamp with time zone
);

ALTER TABLE public.contact_key ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.contact_key_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.coral_phase (
    site_id uuid NOT NULL,
    secret bytea NOT NULL
);

CREATE TABLE public.counted (
    minutes smallint NOT NULL,
    begins timestamp with time zone NOT NULL,
    CONSTRAINT counted_minutes_check CHECK ((minutes = ANY (ARRAY[15, 1440])))
);

CREATE TABLE public.decision (
    comment_id uuid NOT NULL,
    version integer NOT NULL,
    from_status public.comment_status,
    to_status public.comment_status NOT NULL,
    action text NOT NULL,
    actor public.actor_kind NOT NULL,
    staff_id uuid,
    reason text,
    note text,
    reasons text[] DEFAULT '{}'::text[] NOT NULL,
    scores jsonb DEFAULT '{}'::jsonb NOT NULL,
    bands jsonb DEFAULT '{}'::jsonb NOT NULL,
    model_version text,
    undoes integer,
    at timestamp with time zone DEFAULT now() NOT NULL,
    linear_scores jsonb,
    person text,
    CONSTRAINT decision_action_check CHECK ((action = ANY (ARRAY['submit'::text, 'edit'::text, 'report'::text, 'approve'::text, 'reject'::text, 'undo'::text, 'erase'::text, 'hold'::text]))),
    CONSTRAINT decision_check CHECK (((actor = 'moderator'::public.actor_kind) = (staff_id IS NOT NULL))),
    CONSTRAINT decision_person_check CHECK (((person IS NULL) OR ((actor = 'site'::public.actor_kind) AND ((length(person) >= 1) AND (length(person) <= 100))))),
    CONSTRAINT decision_reason_check CHECK ((reason = ANY (ARRAY['spam'::text, 'toxicity'::text, 'harassment'::text, 'hate'::text, 'threat'::text, 'personal_data'::text, 'off_topic'::text, 'other'::text]))),
    CONSTRAINT decision_version_check CHECK ((version > 0))
)
PARTITION BY RANGE (comment_id);

CREATE TABLE public.decision_count (
    minutes smallint NOT NULL,
    begins timestamp with time zone NOT NULL,
    site_id uuid NOT NULL,
    kind text NOT NULL,
    reasons text[] NOT NULL,
    status public.comment_status,
    actor public.actor_kind,
    language text,
    model_version text,
    second_opinion boolean,
    decisions bigint NOT NULL,
    queue bigint NOT NULL,
    CONSTRAINT decision_count_kind_check CHECK ((kind = ANY (ARRAY['first'::text, 'person'::text, 'other'::text])))
);

CREATE VIEW public.decision_to_count AS
 SELECT d.at,
    c.site_id,
        CASE
            WHEN (d.action = 'submit'::text) THEN 'first'::text
            WHEN ((d.actor = 'moderator'::public.actor_kind) AND (d.action = ANY (ARRAY['approve'::text, 'reject'::text]))) THEN 'person'::text
            ELSE 'other'::text
        END AS kind,
        CASE
            WHEN (d.version = 1) THEN d.reasons
            ELSE ( SELECT f.reasons
               FROM public.decision f
              WHERE ((f.comment_id = d.comment_id) AND (f.version = 1)))
        END AS reasons,
        CASE
            WHEN (d.action = 'submit'::text) THEN d.to_status
            ELSE NULL::public.comment_status
        END AS status,
        CASE
            WHEN (d.action = 'submit'::text) THEN d.actor
            ELSE NULL::public.actor_kind
        END AS actor,
        CASE
            WHEN (d.action = 'submit'::text) THEN c.language
            ELSE NULL::text
        END AS language,
        CASE
            WHEN (d.action = 'submit'::text) THEN d.model_version
            ELSE NULL::text
        END AS model_version,
        CASE
            WHEN (d.action = 'submit'::text) THEN (d.linear_scores IS NOT NULL)
            ELSE NULL::boolean
        END AS second_opinion,
    (((d.to_status = 'pending'::public.comment_status))::integer - (COALESCE((d.from_status = 'pending'::public.comment_status), false))::integer) AS queue
   FROM (public.decision d
     CROSS JOIN LATERAL ( SELECT c_1.site_id,
            c_1.language
           FROM public.comment c_1
          WHERE (c_1.id = d.comment_id)
         OFFSET 0) c)
  WHERE ((d.action = 'submit'::text) OR ((d.actor = 'moderator'::public.actor_kind) AND (d.action = ANY (ARRAY['approve'::text, 'reject'::text]))) OR ((d.to_status = 'pending'::public.comment_status) IS DISTINCT FROM COALESCE((d.from_status = 'pending'::public.comment_status), false)));

CREATE TABLE public.outbox (
    id uuid CONSTRAINT notice_id_not_null NOT NULL,
    site_id uuid CONSTRAINT notice_site_id_not_null NOT NULL,
    comment_id uuid CONSTRAINT notice_comment_id_not_null NOT NULL,
    version integer CONSTRAINT notice_version_not_null NOT NULL,
    status public.comment_status CONSTRAINT notice_status_not_null NOT NULL,
    created_at timestamp with time zone DEFAULT now() CONSTRAINT notice_created_at_not_null NOT NULL,
    next_at timestamp with time zone DEFAULT now() CONSTRAINT notice_next_at_not_null NOT NULL,
    attempts integer DEFAULT 0 CONSTRAINT notice_attempts_not_null NOT NULL,
    delivered_at timestamp with time zone,
    failed_at timestamp with time zone,
    external_id text,
    last_status integer,
    last_error text,
    tried_at timestamp with time zone,
    sent_at timestamp with time zone,
    replayed_at timestamp with time zone,
    recalled boolean DEFAULT false CONSTRAINT notice_recalled_not_null NOT NULL,
    kind text DEFAULT 'webhook'::text NOT NULL,
    receiver text DEFAULT ''::text NOT NULL,
    url text,
    told_comment uuid,
    CONSTRAINT outbox_kind_check CHECK ((kind = ANY (ARRAY['webhook'::text, 'callback'::text, 'mail'::text]))),
    CONSTRAINT outbox_mail_check CHECK (((kind = 'mail'::text) = (told_comment IS NOT NULL)))
);

CREATE VIEW public.door_callback AS
 SELECT id AS comment_id,
    site_id,
    url,
    next_at,
    attempts,
    delivered_at AS closed_at,
    kind
   FROM public.outbox
  WHERE ((kind = 'callback'::text) AND (failed_at IS NULL));

CREATE TABLE public.door_figure (
    site_id uuid NOT NULL,
    day date NOT NULL,
    door text NOT NULL,
    outcome text NOT NULL,
    count bigint NOT NULL,
    CONSTRAINT door_figure_count_check CHECK ((count > 0)),
    CONSTRAINT door_figure_door_check CHECK ((door = ANY (ARRAY['perspective'::text, 'akismet'::text, 'openai'::text, 'coral'::text]))),
    CONSTRAINT door_figure_outcome_check CHECK ((outcome ~ '^[a-z][a-z-]{0,30}$'::text))
);

CREATE TABLE public.edit (
    comment_id uuid NOT NULL,
    version integer NOT NULL,
    body text NOT NULL,
    language text
);

CREATE TABLE public.erased_id (
    comment_id uuid NOT NULL,
    external_id text NOT NULL
);

CREATE TABLE public.event (
    comment_id uuid NOT NULL,
    version integer NOT NULL,
    site_id uuid NOT NULL,
    written bigint NOT NULL,
    number bigint
);

CREATE TABLE public.event_feed (
    site_id uuid NOT NULL,
    last bigint DEFAULT 0 NOT NULL,
    CONSTRAINT event_feed_last_check CHECK ((last >= 0))
);

ALTER TABLE public.event ALTER COLUMN written ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.event_written_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.failed_attempt (
    source bytea NOT NULL,
    failures integer NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    CONSTRAINT failed_attempt_failures_check CHECK ((failures > 0))
);

CREATE TABLE public.identity (
    digest bytea NOT NULL,
    staff_id uuid NOT NULL,
    kind text NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT identity_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT identity_kind_check CHECK ((kind = ANY (ARRAY['subject'::text, 'email'::text])))
);

CREATE TABLE public.import_run (
    id uuid NOT NULL,
    site_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    file text NOT NULL,
    dry_run boolean NOT NULL,
    begun_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    report jsonb,
    problem text,
    step text,
    step_at timestamp with time zone,
    part real DEFAULT 0 NOT NULL,
    CONSTRAINT import_run_ended CHECK (((ended_at IS NULL) = ((report IS NULL) AND (problem IS NULL)))),
    CONSTRAINT import_run_file_check CHECK ((length(file) <= 200)),
    CONSTRAINT import_run_part_check CHECK (((part >= (0)::double precision) AND (part <= (1)::double precision))),
    CONSTRAINT import_run_problem_check CHECK ((length(problem) <= 1000)),
    CONSTRAINT import_run_step_check CHECK ((step = ANY (ARRAY['read'::text, 'write'::text])))
);

CREATE TABLE public.installation (
    name text NOT NULL,
    value text NOT NULL
);

CREATE TABLE public.label (
    id uuid NOT NULL,
    site_id uuid,
    comment_id uuid,
    text text NOT NULL,
    language text,
    label text NOT NULL,
    value real NOT NULL,
    provenance text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    content_digest bytea,
    author_id uuid,
    CONSTRAINT label_provenance_check CHECK ((provenance = ANY (ARRAY['moderator'::text, 'submit-spam'::text, 'submit-ham'::text, 'suggestscore'::text, 'import'::text]))),
    CONSTRAINT label_value_check CHECK (((value >= (0)::double precision) AND (value <= (1)::double precision)))
);

CREATE TABLE public.learnt_link (
    site_id uuid NOT NULL,
    host text NOT NULL,
    rejected integer NOT NULL,
    decided integer NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT learnt_link_counts_check CHECK (((rejected > 0) AND (rejected <= decided))),
    CONSTRAINT learnt_link_host_check CHECK (((length(host) >= 1) AND (length(host) <= 100)))
);

CREATE TABLE public.learnt_phrase (
    site_id uuid NOT NULL,
    phrase text NOT NULL,
    rejected integer NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT learnt_phrase_phrase_check CHECK (((length(phrase) >= 1) AND (length(phrase) <= 100))),
    CONSTRAINT learnt_phrase_rejected_check CHECK ((rejected > 0))
);

CREATE TABLE public.leaving (
    comments text NOT NULL,
    decisions text NOT NULL,
    detached_at timestamp with time zone DEFAULT now() NOT NULL,
    page_of uuid DEFAULT '00000000-0000-0000-0000-000000000000'::uuid NOT NULL,
    page bytea DEFAULT '\x'::bytea NOT NULL,
    author uuid DEFAULT '00000000-0000-0000-0000-000000000000'::uuid NOT NULL
);

CREATE TABLE public.migration (
    name text NOT NULL,
    digest text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.model_event (
    id bigint NOT NULL,
    version text NOT NULL,
    from_state public.model_state,
    to_state public.model_state NOT NULL,
    by text,
    why text,
    at timestamp with time zone DEFAULT now() NOT NULL,
    is_rollback boolean DEFAULT false NOT NULL
);

ALTER TABLE public.model_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.model_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.model_version (
    id integer NOT NULL,
    version text NOT NULL,
    state public.model_state DEFAULT 'candidate'::public.model_state NOT NULL,
    bundle bytea NOT NULL,
    digest text NOT NULL,
    card jsonb NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_by text,
    CONSTRAINT model_version_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text))
);

ALTER TABLE public.model_version ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.model_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.moved_page (
    site_id uuid NOT NULL,
    from_key bytea NOT NULL,
    to_key bytea NOT NULL,
    to_page text NOT NULL,
    moved_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT moved_page_check CHECK ((from_key <> to_key))
);

CREATE VIEW public.notice AS
 SELECT id,
    site_id,
    comment_id,
    version,
    status,
    created_at,
    next_at,
    attempts,
    delivered_at,
    failed_at,
    external_id,
    last_status,
    last_error,
    tried_at,
    sent_at,
    replayed_at,
    recalled
   FROM public.outbox
  WHERE (kind = 'webhook'::text);

CREATE TABLE public.nudge (
    digest bytea NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.page (
    site_id uuid NOT NULL,
    page_key bytea NOT NULL,
    title text NOT NULL,
    titled_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT page_title_check CHECK (((length(title) >= 1) AND (length(title) <= 300)))
);

CREATE TABLE public.page_shown (
    site_id uuid NOT NULL,
    page_key bytea NOT NULL,
    count bigint NOT NULL,
    version bigint NOT NULL,
    since uuid DEFAULT '00000000-0000-0000-0000-000000000000'::uuid NOT NULL,
    until uuid DEFAULT 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid NOT NULL
);

CREATE TABLE public.perspective_map (
    site_id uuid NOT NULL,
    attribute text NOT NULL,
    ours double precision[] NOT NULL,
    theirs double precision[] NOT NULL,
    figures jsonb NOT NULL,
    fitted_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT perspective_map_check CHECK (((cardinality(ours) = cardinality(theirs)) AND (cardinality(ours) > 0)))
);

CREATE TABLE public.promise_event (
    id bigint NOT NULL,
    site_id uuid NOT NULL,
    action text NOT NULL,
    decision text NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    figures jsonb NOT NULL,
    by text,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT promise_event_action_check CHECK ((action = ANY (ARRAY['tightened'::text, 'restored'::text]))),
    CONSTRAINT promise_event_decision_check CHECK ((decision = ANY (ARRAY['approved'::text, 'rejected'::text])))
);

ALTER TABLE public.promise_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.promise_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.reader_wish (
    comment_id uuid NOT NULL,
    site_id uuid NOT NULL,
    approved boolean NOT NULL,
    replies boolean NOT NULL,
    language text,
    CONSTRAINT reader_wish_check CHECK ((approved OR replies)),
    CONSTRAINT reader_wish_language_check CHECK ((language ~ '^[a-z]{2,3}$'::text))
);

CREATE TABLE public.receiver (
    site_id uuid NOT NULL,
    failing_since timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    probe_at timestamp with time zone DEFAULT now() NOT NULL,
    disabled_at timestamp with time zone,
    secret_number integer DEFAULT 0 NOT NULL,
    secret_at timestamp with time zone,
    secret_before integer,
    CONSTRAINT failing_has_failures CHECK (((failing_since IS NULL) = (failures = 0))),
    CONSTRAINT receiver_failures_check CHECK ((failures >= 0)),
    CONSTRAINT receiver_secret_before_check CHECK ((secret_before >= 0)),
    CONSTRAINT receiver_secret_number_check CHECK ((secret_number >= 0))
);

CREATE TABLE public.recount (
    quarter timestamp with time zone NOT NULL,
    by xid8 DEFAULT pg_current_xact_id() NOT NULL
);

CREATE TABLE public.recovery_code (
    staff_id uuid NOT NULL,
    digest bytea NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT recovery_code_digest_check CHECK ((length(digest) = 32))
);

CREATE TABLE public.report (
    comment_id uuid NOT NULL,
    reporter bytea NOT NULL,
    version integer NOT NULL,
    reason text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT report_reason_check CHECK ((reason = ANY (ARRAY['spam'::text, 'toxicity'::text, 'harassment'::text, 'hate'::text, 'threat'::text, 'personal_data'::text, 'off_topic'::text, 'other'::text])))
);

CREATE TABLE public.rescored (
    comment_id uuid NOT NULL,
    model_version text NOT NULL,
    language text,
    scores jsonb NOT NULL,
    linear_scores jsonb,
    verdict public.comment_status NOT NULL,
    risk real NOT NULL,
    violated text[] NOT NULL,
    borderline text[] NOT NULL,
    queued integer,
    queued_at timestamp with time zone,
    CONSTRAINT queued_by_a_decision CHECK (((queued IS NULL) = (queued_at IS NULL))),
    CONSTRAINT rescored_risk_check CHECK (((risk >= (0)::double precision) AND (risk <= (1)::double precision))),
    CONSTRAINT rescored_verdict_check CHECK ((verdict <> 'erased'::public.comment_status))
);

CREATE TABLE public.rescoring (
    model_version text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    summary jsonb NOT NULL
);

CREATE TABLE public.saved_view (
    staff_id uuid NOT NULL,
    name text NOT NULL,
    query text NOT NULL,
    first boolean DEFAULT false NOT NULL,
    CONSTRAINT saved_view_name_check CHECK (((name <> ''::text) AND (length(name) <= 60))),
    CONSTRAINT saved_view_query_check CHECK ((length(query) <= 3000))
);

CREATE TABLE public.second_factor (
    staff_id uuid NOT NULL,
    sealed bytea NOT NULL,
    last_step bigint DEFAULT 0 NOT NULL,
    begun_at timestamp with time zone DEFAULT now() NOT NULL,
    confirmed_at timestamp with time zone
);

CREATE TABLE public.session (
    digest bytea NOT NULL,
    staff_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    by_provider boolean DEFAULT false NOT NULL
);

CREATE TABLE public.shadow_score (
    comment_id uuid NOT NULL,
    model_version text NOT NULL,
    scores jsonb NOT NULL,
    verdict public.comment_status NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    linear_scores jsonb,
    language text,
    rules text[],
    active_scores jsonb,
    active_linear_scores jsonb
);

COMMENT ON COLUMN public.shadow_score.active_scores IS 'what the active version by itself says of a comment that an adaptation scored; null where none did';

COMMENT ON COLUMN public.shadow_score.active_linear_scores IS 'its linear scores where the encoder''s took their place in active_scores';

CREATE TABLE public.sign_in_link (
    digest bytea NOT NULL,
    staff_id uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);

CREATE TABLE public.site (
    id uuid NOT NULL,
    name text NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    words_version bigint DEFAULT 0 NOT NULL,
    own_settings jsonb GENERATED ALWAYS AS ((settings - '{blocked_words,held_words}'::text[])) STORED NOT NULL,
    CONSTRAINT site_name_check CHECK ((name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'::text))
);

CREATE TABLE public.site_change (
    id uuid NOT NULL,
    site_id uuid NOT NULL,
    staff_id uuid,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.site_key (
    id text NOT NULL,
    site_id uuid NOT NULL,
    kind text NOT NULL,
    digest bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT site_key_kind_check CHECK ((kind = ANY (ARRAY['bearer'::text, 'akismet'::text, 'sandbox'::text, 'public'::text])))
);

CREATE TABLE public.site_word (
    id bigint NOT NULL,
    site_id uuid NOT NULL,
    list text NOT NULL,
    entry text NOT NULL,
    form text,
    hits bigint DEFAULT 0 NOT NULL,
    last_hit timestamp with time zone,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    added_by uuid,
    CONSTRAINT site_word_entry_check CHECK (((length(entry) >= 1) AND (length(entry) <= 100))),
    CONSTRAINT site_word_list_check CHECK ((list = ANY (ARRAY['blocked'::text, 'held'::text])))
);

ALTER TABLE public.site_word ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.site_word_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.skip (
    staff_id uuid NOT NULL,
    comment_id uuid NOT NULL,
    version integer NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.staff (
    id uuid NOT NULL,
    name text NOT NULL,
    role public.staff_role NOT NULL,
    password_hash text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    disabled_at timestamp with time zone,
    sites uuid[],
    language text,
    CONSTRAINT staff_language_check CHECK ((language ~ '^[a-z]{2,3}$'::text)),
    CONSTRAINT staff_name_check CHECK ((name ~ '^[^[:cntrl:]]{1,100}$'::text)),
    CONSTRAINT staff_sites_check CHECK ((cardinality(sites) > 0))
);

CREATE TABLE public.staff_token (
    id text NOT NULL,
    staff_id uuid NOT NULL,
    digest bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    revoked_at timestamp with time zone
);

CREATE TABLE public.standing_change (
    id bigint NOT NULL,
    author uuid NOT NULL,
    site_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    version integer NOT NULL,
    from_standing text NOT NULL,
    from_until timestamp with time zone,
    standing text NOT NULL,
    until timestamp with time zone,
    note text,
    undoes integer,
    at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.standing_change ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.standing_change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.write_trial (
    at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.door_callback ALTER COLUMN kind SET DEFAULT 'callback'::text;

ALTER TABLE ONLY public.adaptation_event
    ADD CONSTRAINT adaptation_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.adaptation
    ADD CONSTRAINT adaptation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.adaptation
    ADD CONSTRAINT adaptation_site_id_version_key UNIQUE (site_id, version);

ALTER TABLE ONLY public.admin_act
    ADD CONSTRAINT admin_act_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.akismet_waiting
    ADD CONSTRAINT akismet_waiting_pkey PRIMARY KEY (comment_id);

ALTER TABLE ONLY public.akismet_word
    ADD CONSTRAINT akismet_word_pkey PRIMARY KEY (site_id, digest);

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (comment_id);

ALTER TABLE ONLY public.audit_share
    ADD CONSTRAINT audit_share_pkey PRIMARY KEY (site_id, since);

ALTER TABLE ONLY public.author
    ADD CONSTRAINT author_author_id_key UNIQUE (author_id);

ALTER TABLE ONLY public.author
    ADD CONSTRAINT author_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.circuit
    ADD CONSTRAINT circuit_pkey PRIMARY KEY (site_id, receiver);

ALTER TABLE ONLY public.claim
    ADD CONSTRAINT claim_pkey PRIMARY KEY (comment_id);

ALTER TABLE ONLY public.closed_page
    ADD CONSTRAINT closed_page_pkey PRIMARY KEY (site_id, page_key);

ALTER TABLE ONLY public.comment_contact
    ADD CONSTRAINT comment_contact_pkey PRIMARY KEY (author_id);

ALTER TABLE ONLY public.comment_key
    ADD CONSTRAINT comment_key_pkey PRIMARY KEY (site_id, idempotency_key);

ALTER TABLE ONLY public.comment
    ADD CONSTRAINT comment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contact_key
    ADD CONSTRAINT contact_key_fingerprint_key UNIQUE (fingerprint);

ALTER TABLE ONLY public.contact_key
    ADD CONSTRAINT contact_key_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.coral_phase
    ADD CONSTRAINT coral_phase_pkey PRIMARY KEY (site_id);

ALTER TABLE ONLY public.counted
    ADD CONSTRAINT counted_pkey PRIMARY KEY (minutes, begins);

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_pkey PRIMARY KEY (comment_id, version);

ALTER TABLE ONLY public.door_figure
    ADD CONSTRAINT door_figure_pkey PRIMARY KEY (site_id, day, door, outcome);

ALTER TABLE ONLY public.edit
    ADD CONSTRAINT edit_pkey PRIMARY KEY (comment_id, version);

ALTER TABLE ONLY public.erased_id
    ADD CONSTRAINT erased_id_pkey PRIMARY KEY (comment_id);

ALTER TABLE ONLY public.event_feed
    ADD CONSTRAINT event_feed_pkey PRIMARY KEY (site_id);

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (comment_id, version);

ALTER TABLE ONLY public.failed_attempt
    ADD CONSTRAINT failed_attempt_pkey PRIMARY KEY (source);

ALTER TABLE ONLY public.identity
    ADD CONSTRAINT identity_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.identity
    ADD CONSTRAINT identity_staff_id_kind_key UNIQUE (staff_id, kind);

ALTER TABLE ONLY public.import_run
    ADD CONSTRAINT import_run_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.label
    ADD CONSTRAINT label_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.learnt_link
    ADD CONSTRAINT learnt_link_pkey PRIMARY KEY (site_id, host);

ALTER TABLE ONLY public.learnt_phrase
    ADD CONSTRAINT learnt_phrase_pkey PRIMARY KEY (site_id, phrase);

ALTER TABLE ONLY public.leaving
    ADD CONSTRAINT leaving_pkey PRIMARY KEY (comments);

ALTER TABLE ONLY public.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.model_event
    ADD CONSTRAINT model_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.model_version
    ADD CONSTRAINT model_version_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.model_version
    ADD CONSTRAINT model_version_version_key UNIQUE (version);

ALTER TABLE ONLY public.moved_page
    ADD CONSTRAINT moved_page_pkey PRIMARY KEY (site_id, from_key);

ALTER TABLE ONLY public.nudge
    ADD CONSTRAINT nudge_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.page
    ADD CONSTRAINT page_pkey PRIMARY KEY (site_id, page_key);

ALTER TABLE ONLY public.page_shown
    ADD CONSTRAINT page_shown_pkey PRIMARY KEY (site_id, page_key);

ALTER TABLE ONLY public.perspective_map
    ADD CONSTRAINT perspective_map_pkey PRIMARY KEY (site_id, attribute);

ALTER TABLE ONLY public.promise_event
    ADD CONSTRAINT promise_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reader_wish
    ADD CONSTRAINT reader_wish_pkey PRIMARY KEY (comment_id);

ALTER TABLE ONLY public.receiver
    ADD CONSTRAINT receiver_pkey PRIMARY KEY (site_id);

ALTER TABLE ONLY public.recount
    ADD CONSTRAINT recount_pkey PRIMARY KEY (quarter, by);

ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_pkey PRIMARY KEY (staff_id, digest);

ALTER TABLE ONLY public.report
    ADD CONSTRAINT report_pkey PRIMARY KEY (comment_id, reporter);

ALTER TABLE ONLY public.rescored
    ADD CONSTRAINT rescored_pkey PRIMARY KEY (comment_id, model_version);

ALTER TABLE ONLY public.rescoring
    ADD CONSTRAINT rescoring_pkey PRIMARY KEY (model_version);

ALTER TABLE ONLY public.saved_view
    ADD CONSTRAINT saved_view_pkey PRIMARY KEY (staff_id, name);

ALTER TABLE ONLY public.second_factor
    ADD CONSTRAINT second_factor_pkey PRIMARY KEY (staff_id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.shadow_score
    ADD CONSTRAINT shadow_score_pkey PRIMARY KEY (comment_id, model_version);

ALTER TABLE ONLY public.sign_in_link
    ADD CONSTRAINT sign_in_link_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.site_change
    ADD CONSTRAINT site_change_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.site_key
    ADD CONSTRAINT site_key_digest_key UNIQUE (digest);

ALTER TABLE ONLY public.site_key
    ADD CONSTRAINT site_key_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.site
    ADD CONSTRAINT site_name_key UNIQUE (name);

ALTER TABLE ONLY public.site
    ADD CONSTRAINT site_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.site_word
    ADD CONSTRAINT site_word_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.site_word
    ADD CONSTRAINT site_word_site_id_list_entry_key UNIQUE (site_id, list, entry);

ALTER TABLE ONLY public.skip
    ADD CONSTRAINT skip_pkey PRIMARY KEY (staff_id, comment_id);

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_name_key UNIQUE (name);

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.staff_token
    ADD CONSTRAINT staff_token_digest_key UNIQUE (digest);

ALTER TABLE ONLY public.staff_token
    ADD CONSTRAINT staff_token_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.standing_change
    ADD CONSTRAINT standing_change_author_version_key UNIQUE (author, version);

ALTER TABLE ONLY public.standing_change
    ADD CONSTRAINT standing_change_pkey PRIMARY KEY (id);

CREATE INDEX adaptation_event_by_time ON public.adaptation_event USING btree (at);

CREATE INDEX adaptation_event_of_site ON public.adaptation_event USING btree (site_id, id) WHERE (action <> 'fitted'::text);

CREATE INDEX admin_act_by_time ON public.admin_act USING btree (at);

CREATE INDEX akismet_waiting_place ON public.akismet_waiting USING btree (site_id, place);

CREATE INDEX akismet_word_of_author ON public.akismet_word USING btree (author_id) WHERE (author_id IS NOT NULL);

CREATE INDEX akismet_word_of_comment ON public.akismet_word USING btree (comment_id) WHERE (comment_id IS NOT NULL);

CREATE INDEX audit_answered ON public.audit USING btree (site_id) WHERE (answered_version IS NOT NULL);

CREATE INDEX audit_of_site ON public.audit USING btree (site_id, chosen_at);

CREATE INDEX audit_second_look ON public.audit USING btree (site_id, chosen_at) WHERE (first_staff IS NOT NULL);

CREATE INDEX claim_of_staff ON public.claim USING btree (staff_id);

CREATE INDEX comment_children ON ONLY public.comment USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX comment_decided ON ONLY public.comment USING btree (decided_at, id) WHERE (status = ANY (ARRAY['approved'::public.comment_status, 'rejected'::public.comment_status]));

CREATE INDEX comment_decided_of_site ON ONLY public.comment USING btree (site_id, decided_at, id);

CREATE INDEX comment_fingerprint ON ONLY public.comment USING btree (site_id, fingerprint, id);

CREATE INDEX comment_found_by ON ONLY public.comment USING gin (found_by);

CREATE INDEX comment_key_of_comment ON public.comment_key USING btree (comment_id);

CREATE INDEX comment_of_author ON ONLY public.comment USING btree (author_id, id) WHERE (author_id IS NOT NULL);

CREATE INDEX comment_of_external_id ON ONLY public.comment USING btree (site_id, external_id) WHERE (external_id IS NOT NULL);

CREATE INDEX comment_of_origin ON ONLY public.comment USING btree (origin, id) WHERE (origin IS NOT NULL);

CREATE INDEX comment_of_page ON ONLY public.comment USING btree (site_id, page_key, id);

CREATE INDEX comment_of_site ON ONLY public.comment USING btree (site_id, status, id);

CREATE INDEX comment_queue_risk ON ONLY public.comment USING btree (risk, id) WHERE ((status = 'pending'::public.comment_status) OR (audited_version = version));

CREATE INDEX comment_queue_site_risk ON ONLY public.comment USING btree (site_id, risk, id) WHERE ((status = 'pending'::public.comment_status) OR (audited_version = version));

CREATE INDEX comment_queue_site_time ON ONLY public.comment USING btree (site_id, id) WHERE ((status = 'pending'::public.comment_status) OR (audited_version = version));

CREATE INDEX comment_queue_site_uncertain ON ONLY public.comment USING btree (site_id, public.uncertainty(scores), id) WHERE ((status = 'pending'::public.comment_status) OR (audited_version = version));

CREATE INDEX comment_queue_time ON ONLY public.comment USING btree (id) WHERE ((status = 'pending'::public.comment_status) OR (audited_version = version));

CREATE INDEX comment_queue_uncertain ON ONLY public.comment USING btree (public.uncertainty(scores), id) WHERE ((status = 'pending'::public.comment_status) OR (audited_version = version));

CREATE INDEX comment_shown ON ONLY public.comment USING btree (site_id, page_key, id) WHERE (status = 'approved'::public.comment_status);

CREATE INDEX comment_waiting_on_page ON ONLY public.comment USING btree (site_id, page_key, id) WHERE ((status = 'pending'::public.comment_status) OR (audited_version = version));

CREATE INDEX comment_with_origin ON ONLY public.comment USING btree (site_id, id) WHERE (origin IS NOT NULL);

CREATE INDEX contact_of_site ON public.comment_contact USING btree (site_id, created_at);

CREATE INDEX decision_count_of_span ON public.decision_count USING btree (minutes, begins);

CREATE INDEX decision_of_staff ON ONLY public.decision USING btree (staff_id, at) WHERE (staff_id IS NOT NULL);

CREATE INDEX decision_time ON ONLY public.decision USING btree (at, comment_id, version);

CREATE UNIQUE INDEX event_read ON public.event USING btree (site_id, number) WHERE (number IS NOT NULL);

CREATE INDEX event_unread ON public.event USING btree (site_id, written) WHERE (number IS NULL);

CREATE INDEX import_run_of_site ON public.import_run USING btree (site_id, id);

CREATE UNIQUE INDEX label_content ON public.label USING btree (content_digest) WHERE (content_digest IS NOT NULL);

CREATE INDEX label_of_author ON public.label USING btree (author_id) WHERE (author_id IS NOT NULL);

CREATE INDEX label_of_comment ON public.label USING btree (comment_id) WHERE (comment_id IS NOT NULL);

CREATE INDEX model_event_by_time ON public.model_event USING btree (at);

CREATE INDEX model_event_of_version ON public.model_event USING btree (version, id);

CREATE UNIQUE INDEX model_version_one_active ON public.model_version USING btree (state) WHERE (state = 'active'::public.model_state);

CREATE UNIQUE INDEX model_version_one_shadow ON public.model_version USING btree (state) WHERE (state = 'shadow'::public.model_state);

CREATE INDEX moved_page_to ON public.moved_page USING btree (site_id, to_key);

CREATE INDEX nudge_time ON public.nudge USING btree (at);

CREATE INDEX outbox_done ON public.outbox USING btree (created_at);

CREATE INDEX outbox_due ON public.outbox USING btree (site_id, receiver, next_at) WHERE ((delivered_at IS NULL) AND (failed_at IS NULL));

CREATE UNIQUE INDEX outbox_mail ON public.outbox USING btree (told_comment, comment_id) WHERE (kind = 'mail'::text);

CREATE INDEX outbox_of_comment ON public.outbox USING btree (comment_id);

CREATE INDEX outbox_of_site ON public.outbox USING btree (site_id, created_at, id);

CREATE INDEX outbox_open ON public.outbox USING btree (comment_id, version) WHERE ((delivered_at IS NULL) AND (failed_at IS NULL));

CREATE INDEX promise_event_by_time ON public.promise_event USING btree (at) WHERE (action = 'restored'::text);

CREATE INDEX promise_event_of_site ON public.promise_event USING btree (site_id, id);

CREATE INDEX rescored_queued ON public.rescored USING btree (queued_at) WHERE (queued_at IS NOT NULL);

CREATE INDEX rescored_violated ON public.rescored USING btree (model_version, comment_id) WHERE (violated <> '{}'::text[]);

CREATE UNIQUE INDEX saved_view_first ON public.saved_view USING btree (staff_id) WHERE first;

CREATE INDEX session_of_staff ON public.session USING btree (staff_id);

CREATE INDEX shadow_of_model ON public.shadow_score USING btree (model_version, comment_id);

CREATE INDEX site_change_by_time ON public.site_change USING btree (at);

CREATE INDEX site_change_of_site ON public.site_change USING btree (site_id, id);

CREATE INDEX site_key_of_site ON public.site_key USING btree (site_id);

CREATE INDEX skip_comment ON public.skip USING btree (comment_id);

CREATE INDEX standing_change_by_time ON public.standing_change USING btree (at);

CREATE TRIGGER adaptation_append_only BEFORE DELETE OR UPDATE ON public.adaptation FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER adaptation_event_append_only BEFORE DELETE OR UPDATE ON public.adaptation_event FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER admin_act_append_only BEFORE DELETE OR UPDATE ON public.admin_act FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER author_of_contact AFTER INSERT ON public.comment_contact REFERENCING NEW TABLE AS added FOR EACH STATEMENT WHEN ((current_setting('search_path'::text) <> ''::text)) EXECUTE FUNCTION public.author_of_contact();

CREATE TRIGGER author_of_new AFTER INSERT ON public.comment REFERENCING NEW TABLE AS added FOR EACH STATEMENT WHEN ((current_setting('search_path'::text) <> ''::text)) EXECUTE FUNCTION public.author_of_new();

CREATE TRIGGER callback_asked BEFORE INSERT ON public.outbox FOR EACH ROW WHEN (((new.kind = 'callback'::text) AND (current_setting('search_path'::text) <> ''::text))) EXECUTE FUNCTION public.callback_asked();

CREATE TRIGGER callback_decided AFTER INSERT ON public.decision REFERENCING NEW TABLE AS made FOR EACH STATEMENT WHEN ((current_setting('search_path'::text) <> ''::text)) EXECUTE FUNCTION public.callback_decided();

CREATE TRIGGER comment_found_by BEFORE INSERT OR UPDATE OF name, body ON public.comment FOR EACH ROW EXECUTE FUNCTION public.comment_found_by();

CREATE CONSTRAINT TRIGGER comment_needs_decision AFTER INSERT OR UPDATE ON public.comment DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.require_decision();

CREATE TRIGGER decision_append_only BEFORE DELETE OR UPDATE ON public.decision FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER event_loaded BEFORE INSERT ON public.event FOR EACH ROW WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION public.event_loaded();

CREATE TRIGGER event_of_decision AFTER INSERT ON public.decision REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION public.event_of_decision();

CREATE TRIGGER forget_author AFTER DELETE ON public.author FOR EACH ROW EXECUTE FUNCTION public.forget_author();

CREATE TRIGGER forget_rescored AFTER UPDATE OF name, website, body ON public.comment FOR EACH ROW WHEN (((old.name IS DISTINCT FROM new.name) OR (old.website IS DISTINCT FROM new.website) OR (old.body IS DISTINCT FROM new.body))) EXECUTE FUNCTION public.forget_rescored();

CREATE TRIGGER model_event_append_only BEFORE DELETE OR UPDATE ON public.model_event FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER page_closed AFTER INSERT ON public.closed_page REFERENCING NEW TABLE AS told FOR EACH STATEMENT WHEN ((current_setting('search_path'::text) <> ''::text)) EXECUTE FUNCTION public.page_told();

CREATE TRIGGER page_moved AFTER INSERT ON public.moved_page REFERENCING NEW TABLE AS told FOR EACH STATEMENT WHEN ((current_setting('search_path'::text) <> ''::text)) EXECUTE FUNCTION public.page_moved();

CREATE TRIGGER page_moved_on AFTER UPDATE ON public.moved_page REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION public.page_moved();

CREATE TRIGGER page_not_moved AFTER DELETE ON public.moved_page REFERENCING OLD TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION public.page_moved();

CREATE TRIGGER page_of_changed AFTER UPDATE ON public.comment REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.page_of_changed();

CREATE TRIGGER page_of_new AFTER INSERT ON public.comment REFERENCING NEW TABLE AS added FOR EACH STATEMENT WHEN ((current_setting('search_path'::text) <> ''::text)) EXECUTE FUNCTION public.page_of_new();

CREATE TRIGGER page_opened AFTER DELETE ON public.closed_page REFERENCING OLD TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION public.page_told();

CREATE TRIGGER page_told_changed AFTER UPDATE ON public.page REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION public.page_told();

CREATE TRIGGER page_told_new AFTER INSERT ON public.page REFERENCING NEW TABLE AS told FOR EACH STATEMENT WHEN ((current_setting('search_path'::text) <> ''::text)) EXECUTE FUNCTION public.page_told();

CREATE TRIGGER promise_event_append_only BEFORE DELETE OR UPDATE ON public.promise_event FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER reader_told AFTER INSERT ON public.decision REFERENCING NEW TABLE AS made FOR EACH STATEMENT WHEN ((current_setting('search_path'::text) <> ''::text)) EXECUTE FUNCTION public.reader_told();

CREATE TRIGGER receiver_of_url AFTER UPDATE OF settings ON public.site FOR EACH ROW WHEN (((old.settings -> 'webhook_url'::text) IS DISTINCT FROM (new.settings -> 'webhook_url'::text))) EXECUTE FUNCTION public.receiver_of_url();

CREATE TRIGGER recount_language AFTER UPDATE OF language ON public.comment FOR EACH ROW WHEN ((old.language IS DISTINCT FROM new.language)) EXECUTE FUNCTION public.recount_language();

CREATE TRIGGER recount_late AFTER INSERT ON public.decision REFERENCING NEW TABLE AS made FOR EACH STATEMENT WHEN ((current_setting('search_path'::text) <> ''::text)) EXECUTE FUNCTION public.recount_late();

CREATE TRIGGER release_key AFTER UPDATE OF idempotency_key ON public.comment FOR EACH ROW WHEN (((old.idempotency_key IS NOT NULL) AND (new.idempotency_key IS NULL))) EXECUTE FUNCTION public.release_key();

CREATE TRIGGER site_change_append_only BEFORE DELETE OR UPDATE ON public.site_change FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER site_words_added AFTER INSERT ON public.site_word REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.site_words_changed();

CREATE TRIGGER site_words_of_settings AFTER UPDATE OF settings ON public.site FOR EACH ROW EXECUTE FUNCTION public.site_words_of_settings();

CREATE TRIGGER site_words_removed AFTER DELETE ON public.site_word REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.site_words_changed();

CREATE TRIGGER standing_change_append_only BEFORE DELETE OR UPDATE ON public.standing_change FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

ALTER TABLE ONLY public.adaptation_event
    ADD CONSTRAINT adaptation_event_adaptation_id_fkey FOREIGN KEY (adaptation_id) REFERENCES public.adaptation(id);

ALTER TABLE ONLY public.adaptation_event
    ADD CONSTRAINT adaptation_event_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.adaptation
    ADD CONSTRAINT adaptation_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.admin_act
    ADD CONSTRAINT admin_act_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.akismet_waiting
    ADD CONSTRAINT akismet_waiting_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES public.comment(id) DEFERRABLE;

ALTER TABLE ONLY public.akismet_waiting
    ADD CONSTRAINT akismet_waiting_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.akismet_word
    ADD CONSTRAINT akismet_word_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES public.comment(id) DEFERRABLE;

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_first_staff_fkey FOREIGN KEY (first_staff) REFERENCES public.staff(id);

ALTER TABLE ONLY public.audit_share
    ADD CONSTRAINT audit_share_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.author
    ADD CONSTRAINT author_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.comment_contact(author_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.author
    ADD CONSTRAINT author_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.circuit
    ADD CONSTRAINT circuit_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.claim
    ADD CONSTRAINT claim_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES public.comment(id) DEFERRABLE;

ALTER TABLE ONLY public.claim
    ADD CONSTRAINT claim_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.closed_page
    ADD CONSTRAINT closed_page_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.comment_contact
    ADD CONSTRAINT comment_contact_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE public.comment
    ADD CONSTRAINT comment_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.coral_phase
    ADD CONSTRAINT coral_phase_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.decision_count
    ADD CONSTRAINT decision_count_minutes_begins_fkey FOREIGN KEY (minutes, begins) REFERENCES public.counted(minutes, begins) ON DELETE CASCADE;

ALTER TABLE ONLY public.decision_count
    ADD CONSTRAINT decision_count_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE public.decision
    ADD CONSTRAINT decision_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.door_figure
    ADD CONSTRAINT door_figure_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.edit
    ADD CONSTRAINT edit_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES public.comment(id) DEFERRABLE;

ALTER TABLE ONLY public.erased_id
    ADD CONSTRAINT erased_id_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES public.comment(id) DEFERRABLE;

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES public.comment(id) DEFERRABLE;

ALTER TABLE ONLY public.event_feed
    ADD CONSTRAINT event_feed_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.identity
    ADD CONSTRAINT identity_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.import_run
    ADD CONSTRAINT import_run_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.import_run
    ADD CONSTRAINT import_run_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.label
    ADD CONSTRAINT label_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES public.comment(id) DEFERRABLE;

ALTER TABLE ONLY public.label
    ADD CONSTRAINT label_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.learnt_link
    ADD CONSTRAINT learnt_link_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.learnt_phrase
    ADD CONSTRAINT learnt_phrase_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.moved_page
    ADD CONSTRAINT moved_page_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT notice_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES public.comment(id) DEFERRABLE;

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT notice_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_told_comment_fkey FOREIGN KEY (told_comment) REFERENCES public.comment(id) ON DELETE CASCADE DEFERRABLE;

ALTER TABLE ONLY public.page_shown
    ADD CONSTRAINT page_shown_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.page
    ADD CONSTRAINT page_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.perspective_map
    ADD CONSTRAINT perspective_map_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.promise_event
    ADD CONSTRAINT promise_event_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.reader_wish
    ADD CONSTRAINT reader_wish_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES public.comment(id) DEFERRABLE;

ALTER TABLE ONLY public.reader_wish
    ADD CONSTRAINT reader_wish_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.receiver
    ADD CONSTRAINT receiver_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.second_factor(staff_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.report
    ADD CONSTRAINT report_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES public.comment(id) DEFERRABLE;

ALTER TABLE ONLY public.saved_view
    ADD CONSTRAINT saved_view_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.second_factor
    ADD CONSTRAINT second_factor_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.shadow_score
    ADD CONSTRAINT shadow_score_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES public.comment(id) DEFERRABLE;

ALTER TABLE ONLY public.sign_in_link
    ADD CONSTRAINT sign_in_link_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.site_change
    ADD CONSTRAINT site_change_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.site_change
    ADD CONSTRAINT site_change_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.site_key
    ADD CONSTRAINT site_key_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.site_word
    ADD CONSTRAINT site_word_added_by_fkey FOREIGN KEY (added_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.site_word
    ADD CONSTRAINT site_word_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.skip
    ADD CONSTRAINT skip_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES public.comment(id) ON DELETE CASCADE DEFERRABLE;

ALTER TABLE ONLY public.skip
    ADD CONSTRAINT skip_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.staff_token
    ADD CONSTRAINT staff_token_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.standing_change
    ADD CONSTRAINT standing_change_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.site(id);

ALTER TABLE ONLY public.standing_change
    ADD CONSTRAINT standing_change_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);
