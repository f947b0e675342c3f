-- lock_timeout: 10s
-- Decisions counted by quarters of an hour and by days of UTC, so that error rates and the dashboard read counts
-- and not each decision of a month. The service counts what has settled (`service/comments/counting.py`); what is
-- not counted yet is read as it was always.
create table counted (
    minutes smallint not null check (minutes in (15, 1440)),
    begins  timestamptz not null,
    primary key (minutes, begins)
);

-- `kind`: `first` is a comment's first decision, `person` what a moderator approved or rejected, `other` the rest
-- that changed the queue. `reasons` are those of the comment's first decision; the columns from `status` to
-- `second_opinion` are known of first decisions alone.
create table decision_count (
    minutes        smallint not null,
    begins         timestamptz not null,
    site_id        uuid not null references site (id),
    kind           text not null check (kind in ('first', 'person', 'other')),
    reasons        text[] not null,
    status         comment_status,
    actor          actor_kind,
    language       text,
    model_version  text,
    second_opinion boolean,
    decisions      bigint not null,
    queue          bigint not null,  -- by how many comments the queue grew
    foreign key (minutes, begins) references counted on delete cascade
);
create index decision_count_of_span on decision_count (minutes, begins);

-- Quarters to be counted again: each transaction that changes what was counted adds a row of its own and waits for
-- no other; whoever counts takes away those that it has seen.
create table recount (
    quarter timestamptz not null,
    by      xid8 not null default pg_current_xact_id(),
    primary key (quarter, by)
);

create function recount_late() returns trigger language plpgsql set search_path from current as $$
begin
    insert into recount (quarter) values (date_bin('15 minutes', new.at, 'epoch')) on conflict do nothing;
    return null;
end $$;

create function recount_language() returns trigger language plpgsql set search_path from current as $$
begin
    insert into recount (quarter)
    select date_bin('15 minutes', d.at, 'epoch') from decision d where d.comment_id = new.id and d.version = 1
    on conflict do nothing;
    return null;
end $$;

-- A decision that is written this long after its time may have been missed. The clock is read after the row is
-- written: whoever counts a quarter an hour later than that has waited for every transaction which read less.
create trigger recount_late after insert on decision for each row
    when (new.at < clock_timestamp() - interval '15 minutes' and current_setting('search_path') <> '')
    execute function recount_late();
create trigger recount_language after update of language on comment for each row
    when (old.language is distinct from new.language) execute function recount_language();

-- What of a decision is counted.
create view decision_to_count as
select d.at, c.site_id,
       case when d.action = 'submit' then 'first'
            when d.actor = 'moderator' and d.action in ('approve', 'reject') then 'person' else 'other' end as kind,
       case when d.version = 1 then d.reasons
            else (select f.reasons from decision f where f.comment_id = d.comment_id and f.version = 1) end as reasons,
       case when d.action = 'submit' then d.to_status end as status,
       case when d.action = 'submit' then d.actor end as actor,
       case when d.action = 'submit' then c.language end as language,
       case when d.action = 'submit' then d.model_version end as model_version,
       case when d.action = 'submit' then d.linear_scores is not null end as second_opinion,
       (d.to_status = 'pending')::int - coalesce(d.from_status = 'pending', false)::int as queue
from decision d
cross join lateral (
    select c.site_id, c.language from comment c where c.id = d.comment_id offset 0  -- of each decision, not all at once
) c
where d.action = 'submit' or d.actor = 'moderator' and d.action in ('approve', 'reject')
   or (d.to_status = 'pending') is distinct from coalesce(d.from_status = 'pending', false);

-- What was decided since a moment on sites (null: all), by quarters, or with `by_day` by days where these are counted;
-- what is not counted yet, one by one.
create function decisions_since(since timestamptz, of_sites uuid[], by_day boolean) returns table (
    begins timestamptz, site_id uuid, kind text, reasons text[], status comment_status, actor actor_kind,
    language text, model_version text, second_opinion boolean, decisions bigint, queue bigint
) language sql stable set search_path from current as $$
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
