-- statement_timeout: 10min
-- Decided comments, newest decision first, for all sites and for one; and who changed a site.
create index comment_decided on comment (decided_at, id) where status in ('approved', 'rejected');
create index comment_decided_of_site on comment (site_id, decided_at, id);

-- Settings as they were and became: append-only, since it answers who let something through.
create table site_change (
    id       uuid primary key,
    site_id  uuid not null references site,
    staff_id uuid references staff,    -- null: by command
    before   jsonb not null,
    after    jsonb not null,
    at       timestamptz not null default now()
);
create index site_change_of_site on site_change (site_id, id);
create trigger site_change_append_only before update or delete on site_change
    for each row execute function refuse_change();
