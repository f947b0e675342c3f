-- lock_timeout: 10s
-- Of an author is kept between the beginnings of which months all comments are, so that a record is read in these alone,
-- and the row is written once a month. Of authors that there are already it is not known, nor of who comes back after the
-- contact was forgotten: theirs are looked for everywhere.
alter table author
    add column wrote_since uuid not null default '00000000-0000-0000-0000-000000000000',
    add column wrote_until uuid not null default 'ffffffff-ffff-ffff-ffff-ffffffffffff';

-- However a comment comes to be, as by an import of old ones, it is within what is kept of its author.
create function author_of_new() returns trigger
language plpgsql set search_path from current
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
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
create trigger author_of_new after insert on comment
    referencing new table as added for each statement
    when (current_setting('search_path') <> '')  -- not in a load of data alone
    execute function author_of_new();

-- Who writes for the first time has been looked for everywhere, and nobody else writes in the same name meanwhile.
do $do$ begin
    execute replace(replace(replace(replace(
        pg_get_functiondef('place_comments(jsonb, uuid, uuid)'::regprocedure),
        $form$            select r.*, case when exists ($form$,
        $form$            select r.*, author.before, case when exists ($form$
    ),
        $form$            ), lateral (
                select count(*) filter (where latest.status = 'approved') as approved,$form$,
        $form$            ) left join author span on span.author_id = r.author_id, lateral (
                select count(*) as before, count(*) filter (where latest.status = 'approved') as approved,$form$
    ),
        $form$                    where c.author_id = r.author_id order by c.id desc limit 200$form$,
        $form$                    where c.author_id = r.author_id
                      and c.id >= coalesce(span.wrote_since, '00000000-0000-0000-0000-000000000000')
                      and c.id < coalesce(span.wrote_until, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                    order by c.id desc limit 200$form$
    ),
        $form$        ), recorded as ($form$,
        $form$        ), first as (
            insert into author (author_id, site_id, wrote_since, wrote_until)
            select w.author_id, w.site_id, first_id(month_of(w.id)), first_id(month_after(month_of(w.id), 1))
            from written w where w.email is not null and w.before = 0
            on conflict (author_id) do nothing
        ), recorded as ($form$
    );
    execute replace(
        pg_get_functiondef('move_authors(uuid[], uuid[], bytea[])'::regprocedure),
        $form$    delete from comment_contact where author_id = any(olds);$form$,
        $form$    -- Two may have become one.
    update author set wrote_since = default, wrote_until = default where author_id = any(news);
    delete from comment_contact where author_id = any(olds);$form$
    );
    execute replace(replace(
        pg_get_functiondef('around_waiting(uuid[], uuid[], uuid[])'::regprocedure),
        $form$            from comment a where a.author_id = asked.author_id order by a.id desc limit 1000$form$,
        $form$            from comment a
            where a.author_id = asked.author_id
              and a.id >= coalesce(span.wrote_since, '00000000-0000-0000-0000-000000000000')
              and a.id < coalesce(span.wrote_until, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
            order by a.id desc limit 1000$form$
    ),
        $form$as asked (id, parent_id, author_id)
$form$,
        $form$as asked (id, parent_id, author_id)
    left join author span on span.author_id = asked.author_id
$form$
    );
    execute replace(replace(
        pg_get_functiondef('known_authors(uuid[])'::regprocedure),
        $form$    select author from unnest(authors) author
$form$,
        $form$    select asked.author_id from unnest(authors) asked (author_id)
    left join author span on span.author_id = asked.author_id
$form$
    ),
        $form$        where a.author_id = author and$form$,
        $form$        where a.author_id = asked.author_id
          and a.id >= coalesce(span.wrote_since, '00000000-0000-0000-0000-000000000000')
          and a.id < coalesce(span.wrote_until, 'ffffffff-ffff-ffff-ffff-ffffffffffff') and$form$
    );
end $do$;
