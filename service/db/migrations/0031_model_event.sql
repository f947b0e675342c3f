-- Every change of a model version's state, append-only: who let it decide, when and why.
create table model_event (
    id         bigint generated always as identity primary key,
    version    text not null,
    from_state model_state,          -- null: added
    to_state   model_state not null,
    by         text,                 -- null: by command; `shipped`: by the release that was started
    why        text,
    at         timestamptz not null default now()
);
-- The history of one version.
create index model_event_of_version on model_event (version, id);
create trigger model_event_append_only before update or delete on model_event
    for each row execute function refuse_change();
