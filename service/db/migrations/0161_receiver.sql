-- lock_timeout: 10s
-- How a site's webhook fares: away, gone, and which of its secrets are in force. Without a row it is there, with
-- the first secret.
create table receiver (
    site_id       uuid primary key references site (id),
    failing_since timestamptz,                        -- null: it took what it got last
    failures      integer not null default 0 check (failures >= 0),  -- since then
    probe_at      timestamptz not null default now(), -- when one notice is tried, while it fails
    disabled_at   timestamptz,                        -- it answered 410: nothing goes until its URL is set again
    secret_number integer not null default 0 check (secret_number >= 0),
    secret_at     timestamptz,                        -- since when; for a day the one before is in force too
    constraint failing_has_failures check ((failing_since is null) = (failures = 0))
);

-- What came of a notice's attempts, for its site. What is recalled counts as closed for the release before.
alter table notice
    add column last_status integer,
    add column last_error  text,
    add column tried_at    timestamptz,
    add column sent_at     timestamptz,  -- null: nobody has begun to send it
    add column replayed_at timestamptz,
    add column recalled    boolean not null default false;
create index notice_of_site on notice (site_id, id);

-- The numbers of a site's secrets in force, the newest first.
create function webhook_secrets(number integer, since timestamptz) returns integer[]
language sql stable set search_path from current as $$
    select case when number > 0 and since > now() - interval '1 day' then array[number, number - 1]
                else array[coalesce(number, 0)] end
$$;

-- Another URL is another receiver, of which nothing is known.
create function receiver_of_url() returns trigger language plpgsql set search_path from current as $$
begin
    update receiver set failing_since = null, failures = 0, disabled_at = null where site_id = new.id;
    return null;
end $$;
create trigger receiver_of_url after update of settings on site for each row
    when (old.settings -> 'webhook_url' is distinct from new.settings -> 'webhook_url')
    execute function receiver_of_url();
