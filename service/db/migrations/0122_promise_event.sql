-- lock_timeout: 10s
-- What became of promises that audits found broken: bands that were tightened for it, and set back by people.
create table promise_event (
    id       bigint generated always as identity primary key,
    site_id  uuid not null references site (id),
    action   text not null check (action in ('tightened', 'restored')),
    decision text not null check (decision in ('approved', 'rejected')),
    before   jsonb not null,  -- the site's own bands of the labels that were changed; null is the model's
    after    jsonb not null,
    figures  jsonb not null,  -- what audits had found, of a tightening
    by       text,            -- who; null is the service itself
    at       timestamptz not null default now()
);
create index promise_event_of_site on promise_event (site_id, id);
create trigger promise_event_append_only before update or delete on promise_event
    for each row execute function refuse_change();
