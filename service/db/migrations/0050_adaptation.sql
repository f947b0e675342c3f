-- What sites have taught the model, and every step of it. Which one is in force says the last event.
create table adaptation (
    id            bigint generated always as identity primary key,
    site_id       uuid not null references site (id),
    version       text not null check (version ~ '^[A-Za-z0-9][A-Za-z0-9._+-]{0,79}$'),
    bundle_digest text not null check (bundle_digest ~ '^[0-9a-f]{64}$'),  -- it serves with no other
    digest        text not null check (digest ~ '^[0-9a-f]{64}$'),
    content       bytea not null,
    card          jsonb not null,
    made_at       timestamptz not null default now(),
    unique (site_id, version)
);

-- `fitted` changes nothing; the others say what is in force after them, null the bundle alone.
-- `rolled_back` takes back the last `activated` or `deactivated` that was not taken back yet.
create table adaptation_event (
    id            bigint generated always as identity primary key,
    site_id       uuid not null references site (id),
    action        text not null check (action in ('fitted', 'activated', 'deactivated', 'rolled_back')),
    adaptation_id bigint references adaptation (id),
    by            text,              -- null: by command; `learn`: since it was better
    why           text,
    at            timestamptz not null default now()
);
-- The last change of a site.
create index adaptation_event_of_site on adaptation_event (site_id, id) where action <> 'fitted';
create trigger adaptation_append_only before update or delete on adaptation
    for each row execute function refuse_change();
create trigger adaptation_event_append_only before update or delete on adaptation_event
    for each row execute function refuse_change();
