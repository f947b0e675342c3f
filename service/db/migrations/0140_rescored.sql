-- What a model version makes of comments that are kept already: the result of `rescore`, by which
-- people see what a version would change before it decides, and what it finds in what is published.
create table rescored (
    comment_id    uuid not null,
    model_version text not null,
    language      text,
    scores        jsonb not null,           -- of the stage that the verdict goes by; empty: it failed
    linear_scores jsonb,                    -- where the encoder's took their place
    verdict       comment_status not null check (verdict <> 'erased'),
    risk          real not null check (risk between 0 and 1),
    violated      text[] not null,          -- labels in their violation band, and those between bands
    borderline    text[] not null,
    queued        integer,                  -- version of the decision that put it into the queue for this
    queued_at     timestamptz,
    primary key (comment_id, model_version),
    constraint queued_by_a_decision check ((queued is null) = (queued_at is null))
);
-- What was published and is a clear violation now, the newest first.
create index rescored_violated on rescored (model_version, comment_id) where violated <> '{}';
-- How many were queued today.
create index rescored_queued on rescored (queued_at) where queued_at is not null;

-- The sums of it by version, which pages show; no text is in them.
create table rescoring (
    model_version text primary key,
    at            timestamptz not null default now(),
    summary       jsonb not null
);

-- Scores are of a text, and go when it goes or changes: by erasing, by an edit. Whoever writes them
-- takes the lock alone and looks at the text once more, so that none is written of one that is gone.
create function forget_rescored() returns trigger language plpgsql set search_path from current as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('moderation.rescored'));
    delete from rescored where comment_id = new.id;
    return null;
end $$;
create trigger forget_rescored after update of name, website, body on comment for each row
    when ((old.name, old.website, old.body) is distinct from (new.name, new.website, new.body))
    execute function forget_rescored();
