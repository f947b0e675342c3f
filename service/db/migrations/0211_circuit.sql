-- lock_timeout: 10s
-- How each receiver fares: away, or gone. `receiver` keeps the secrets of a site's webhook, and these columns for
-- the release before, which finds out for itself.
create table circuit (
    site_id       uuid not null references site (id),
    receiver      text not null,                      -- as in outbox
    failing_since timestamptz,                        -- null: it took what it got last
    failures      integer not null default 0 check (failures >= 0),  -- since then
    probe_at      timestamptz not null default now(), -- when one event is tried, while it fails
    disabled_at   timestamptz,                        -- it answered 410: nothing goes until its URL is set again
    primary key (site_id, receiver),
    constraint failing_has_failures check ((failing_since is null) = (failures = 0))
);
insert into circuit (site_id, receiver, failing_since, failures, probe_at, disabled_at)
select site_id, '', failing_since, failures, probe_at, disabled_at from receiver
where failing_since is not null or disabled_at is not null;
update receiver set failing_since = null, failures = 0, disabled_at = null
where failing_since is not null or disabled_at is not null;

create or replace function receiver_of_url() returns trigger language plpgsql set search_path from current as $$
begin
    update receiver set failing_since = null, failures = 0, disabled_at = null where site_id = new.id;
    update circuit set failing_since = null, failures = 0, disabled_at = null
    where site_id = new.id and receiver = '';
    return null;
end $$;
