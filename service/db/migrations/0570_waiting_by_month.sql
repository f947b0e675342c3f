-- lock_timeout: 10s
-- The queue reads the months in which something waits, which it asks for first: a plan that may read all months has to
-- weigh the indexes of each, every time it is made. What stands around its comments is in months of its own, and is
-- looked up by a plan that each session makes once.

-- The oldest comment that waits of each month in which one does.
create function waiting_in() returns uuid[]
language plpgsql stable set search_path from current set plan_cache_mode = force_generic_plan as $$
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

-- Of comments what each answers, the bands of its verdict, and its author's record by their newest 1000.
create function around_waiting(ids uuid[], parents uuid[], authors uuid[])
returns table (id uuid, parent_id uuid, parent_name text, parent_body text, parent_status comment_status, bands jsonb,
               approved bigint, rejected bigint, pending bigint, first_seen timestamptz)
language plpgsql stable rows 25 set search_path from current set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
begin
    return query
    select asked.id, parent.id, parent.name, parent.body,
           case when parent.audited_version = parent.version then 'pending' else parent.status end,
           verdict.bands, record.approved, record.rejected, record.pending, record.first_seen
    from unnest(ids, parents, authors) as asked (id, parent_id, author_id)
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
            from comment a where a.author_id = asked.author_id order by a.id desc limit 1000
        ) latest
    ) record on true;
end $$;

-- Those of some authors of whom something was decided, and is not audited; newest months first.
create function known_authors(authors uuid[]) returns setof uuid
language plpgsql stable rows 100 set search_path from current set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    return query
    select author from unnest(authors) author
    cross join lateral (
        select from comment a
        where a.author_id = author and a.status in ('approved', 'rejected')
          and a.audited_version is distinct from a.version
        order by a.id desc limit 1
    ) known;
end $$;

create or replace function approved_at(comment uuid) returns integer
language plpgsql stable set search_path from current set plan_cache_mode = force_generic_plan as $$
begin
    return (
        select coalesce(max(d.version), 0) from decision d
        where d.comment_id = comment and d.action = 'approve' and not exists (
            select from decision u where u.comment_id = comment and u.undoes = d.version
        )
    );
end $$;
