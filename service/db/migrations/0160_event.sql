-- Changes of a site's comments in one order, for websites that poll.
--
-- A row is written with its decision, without a number: what commits late would be missed by whoever read the
-- numbers after it. Readers give numbers to what is committed, under the lock of the site's row of event_feed.
create table event (
    comment_id uuid   not null references comment (id),
    version    integer not null,                             -- of its decision
    site_id    uuid   not null references site (id),
    written    bigint not null generated always as identity,  -- of one comment in the order of its versions
    number     bigint,                                        -- null until somebody reads
    primary key (comment_id, version)
);
create index event_unread on event (site_id, written) where number is null;
create unique index event_read on event (site_id, number) where number is not null;

-- How far a site's events are numbered.
create table event_feed (
    site_id uuid primary key references site (id),
    last    bigint not null default 0 check (last >= 0)
);

-- The site's own ids of erased comments, which have none any more: what is told of them still names it.
create table erased_id (
    comment_id  uuid primary key references comment (id),
    external_id text not null
);

-- An event for each change of status, whoever writes it, the release before included. What is imported was
-- decided elsewhere, where it is known.
create function event_of_decision() returns trigger language plpgsql set search_path from current as $$
begin
    insert into event (comment_id, version, site_id)
    select m.comment_id, m.version, c.site_id
    from made m join comment c on c.id = m.comment_id
    where m.to_status is distinct from m.from_status and not m.reasons @> '{imported}'
    order by m.comment_id, m.version;
    return null;
end $$;
create trigger event_of_decision after insert on decision referencing new table as made for each statement
    execute function event_of_decision();
