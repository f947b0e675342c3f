-- The whole first schema: sites, comments, decisions, claims, staff, model versions, labels, notices.
-- Runs on PostgreSQL 15 to 18 and needs no extension. Ids are UUIDv7, made by the service.

create type comment_status as enum (
    'pending',   -- in the review queue       -> approved, rejected, erased
    'approved',  -- shown                     -> pending, rejected, erased
    'rejected',  -- not shown                 -> pending, approved, erased
    'erased'     -- content gone, row kept    -> nothing: final
);

create type actor_kind as enum ('classifier', 'rule', 'moderator', 'site', 'system');
create type staff_role as enum ('moderator', 'data', 'admin');

create type model_state as enum (
    'candidate', -- added                     -> shadow, active
    'shadow',    -- scores beside the active  -> candidate, active, retired
    'active',    -- decides                   -> retired
    'retired'    -- was active                -> shadow, active (rollback)
);

-- One row for what the whole installation must agree on, such as the fingerprint of its secrets.
create table installation (
    name  text primary key,
    value text not null
);

create table site (
    id         uuid primary key,
    name       text not null unique check (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
    settings   jsonb not null default '{}',  -- see domain/policy.py, SiteSettings
    created_at timestamptz not null default now()
);

create table site_key (
    id         text primary key,       -- the public part of a bearer key; random for an Akismet key
    site_id    uuid not null references site,
    kind       text not null check (kind in ('bearer', 'akismet')),
    digest     bytea not null unique,  -- keyed HMAC-SHA256 of the secret part
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);
create index site_key_of_site on site_key (site_id);

create table closed_page (
    site_id  uuid not null references site,
    page_key bytea not null,
    page     text not null,
    closed_at timestamptz not null default now(),
    primary key (site_id, page_key)
);

create table staff (
    id            uuid primary key,
    name          text not null unique check (name ~ '^[^[:cntrl:]]{1,100}$'),
    role          staff_role not null,
    password_hash text,                -- argon2id
    created_at    timestamptz not null default now(),
    disabled_at   timestamptz
);

create table staff_token (
    id         text primary key,       -- the public part
    staff_id   uuid not null references staff,
    digest     bytea not null unique,
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);

create table sign_in_link (
    digest     bytea primary key,
    staff_id   uuid not null references staff,
    expires_at timestamptz not null,
    used_at    timestamptz
);

create table session (
    digest     bytea primary key,
    staff_id   uuid not null references staff,
    created_at timestamptz not null default now(),
    seen_at    timestamptz not null default now(),
    expires_at timestamptz not null    -- absolute; idle expiry is counted from seen_at
);
create index session_of_staff on session (staff_id);

-- Failed sign-ins and keys by source (keyed HMAC, never the address itself), to slow guessing down.
create table failed_attempt (
    source     bytea primary key,
    failures   integer not null check (failures > 0),
    first_at   timestamptz not null,
    last_at    timestamptz not null
);

create table model_version (
    id         integer generated always as identity primary key,
    version    text not null unique,
    state      model_state not null default 'candidate',
    bundle     bytea not null,
    digest     text not null check (digest ~ '^[0-9a-f]{64}$'),
    card       jsonb not null,
    added_at   timestamptz not null default now(),
    changed_at timestamptz not null default now(),  -- when the state last changed; the latest retired is what rollback restores
    changed_by text
);
create unique index model_version_one_active on model_version (state) where state = 'active';
create unique index model_version_one_shadow on model_version (state) where state = 'shadow';

create table comment (
    id              uuid primary key,
    site_id         uuid not null references site,
    page            text not null,
    page_key        bytea not null,     -- SHA-256 of the page: a fixed length for the index
    parent_id       uuid references comment,
    author_id       uuid,               -- keyed HMAC of site and e-mail; never leaves the service
    origin          bytea,              -- keyed HMAC of the reader's address; never leaves the service
    name            text not null,      -- e-mail addresses masked, as in body, website and page
    website         text,
    body            text not null,
    fingerprint     bytea not null,     -- of the folded body, to find repeated comments
    external_id     text,
    idempotency_key text,
    request_digest  bytea,              -- keyed HMAC of the request the idempotency key came with
    status          comment_status not null,
    version         integer not null default 1 check (version > 0),
    reasons         text[] not null default '{}',
    scores          jsonb not null default '{}',
    risk            real not null default 1 check (risk between 0 and 1),
    language        text,
    model_version   text,
    submitted_at    timestamptz not null,
    decided_at      timestamptz not null,
    constraint erased_is_empty check (
        status <> 'erased'
        or (name = '' and body = '' and website is null and author_id is null and origin is null)
    )
);
create unique index comment_idempotency on comment (site_id, idempotency_key) where idempotency_key is not null;
-- The website's page: approved comments, oldest first.
create index comment_shown on comment (site_id, page_key, id) where status = 'approved';
-- The review queue in its three orders, for all sites and for one.
create index comment_queue_time on comment (id) where status = 'pending';
create index comment_queue_risk on comment (risk, id) where status = 'pending';
create index comment_queue_site_time on comment (site_id, id) where status = 'pending';
create index comment_queue_site_risk on comment (site_id, risk, id) where status = 'pending';
-- Rules: the author's record and flood, the same text again, one origin flooding.
create index comment_of_author on comment (author_id, id) where author_id is not null;
create index comment_fingerprint on comment (site_id, fingerprint, id);
create index comment_of_origin on comment (origin, id) where origin is not null;
create index comment_children on comment (parent_id) where parent_id is not null;

-- The author's e-mail address, apart from everything that is shown.
create table comment_contact (
    author_id  uuid primary key,
    site_id    uuid not null references site,
    email      bytea not null,          -- AES-256-GCM, nonce first, author_id as associated data
    created_at timestamptz not null default now()
);

create table decision (
    comment_id    uuid not null references comment,
    version       integer not null check (version > 0),  -- the comment's version that this decision made
    from_status   comment_status,                        -- null: the first verdict
    to_status     comment_status not null,
    action        text not null check (action in ('submit', 'approve', 'reject', 'undo', 'erase', 'hold')),
    actor         actor_kind not null,
    staff_id      uuid references staff,
    reason        text check (reason in ('spam', 'toxicity', 'harassment', 'hate', 'threat', 'personal_data', 'off_topic', 'other')),
    note          text,
    reasons       text[] not null default '{}',
    scores        jsonb not null default '{}',
    bands         jsonb not null default '{}',           -- what the scores were held against
    model_version text,
    undoes        integer,                               -- version of the decision that this one takes back
    at            timestamptz not null default now(),
    primary key (comment_id, version),
    check ((actor = 'moderator') = (staff_id is not null))
);
create index decision_time on decision (at);
create index decision_of_staff on decision (staff_id, at) where staff_id is not null;

create function refuse_change() returns trigger language plpgsql as $$
begin
    -- The one exception: erasing a comment takes the words of moderators about it along.
    if tg_op = 'UPDATE' and new.note is null and to_jsonb(new) - 'note' = to_jsonb(old) - 'note' then
        return new;
    end if;
    raise exception 'table % is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger decision_append_only before update or delete on decision
    for each row execute function refuse_change();

-- No comment without its first decision, no change of status without its own.
create function require_decision() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.status = old.status and new.version = old.version then
        return null;
    end if;
    if not exists (
        select from decision d
        where d.comment_id = new.id and d.version = new.version and d.to_status = new.status
    ) then
        raise exception 'a change of status needs its decision' using errcode = 'restrict_violation';
    end if;
    if tg_op = 'UPDATE' and new.version <> old.version + 1 then
        raise exception 'versions count up by one' using errcode = 'restrict_violation';
    end if;
    return null;
end $$;
create constraint trigger comment_needs_decision after insert or update on comment
    deferrable initially deferred
    for each row execute function require_decision();

create table claim (
    comment_id uuid primary key references comment,
    staff_id   uuid not null references staff,
    expires_at timestamptz not null
);
create index claim_of_staff on claim (staff_id);

create table shadow_score (
    comment_id    uuid not null references comment,
    model_version text not null,
    scores        jsonb not null,
    verdict       comment_status not null,
    at            timestamptz not null default now(),
    primary key (comment_id, model_version)
);

-- What people said of texts, for training: from review, from the compatible doors, from imports.
create table label (
    id         uuid primary key,
    site_id    uuid references site,
    comment_id uuid references comment,
    text       text not null,
    language   text,
    label      text not null,
    value      real not null check (value between 0 and 1),
    provenance text not null check (provenance in ('moderator', 'submit-spam', 'submit-ham', 'suggestscore', 'import')),
    at         timestamptz not null default now()
);
create index label_of_comment on label (comment_id) where comment_id is not null;

-- Webhook outbox: one row per change of status of a site that wants notices. No text, no contact.
create table notice (
    id           uuid primary key,
    site_id      uuid not null references site,
    comment_id   uuid not null references comment,
    version      integer not null,
    status       comment_status not null,
    created_at   timestamptz not null default now(),
    next_at      timestamptz not null default now(),
    attempts     integer not null default 0,
    delivered_at timestamptz,
    failed_at    timestamptz          -- given up
);
create index notice_due on notice (next_at) where delivered_at is null and failed_at is null;
