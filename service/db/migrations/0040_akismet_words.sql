-- What Akismet's clients say of a comment counts at once, and an edit replaces what waits.

-- What a client submitted: by keyed digests of the text, and of the text with who wrote it.
create table akismet_word (
    site_id uuid not null references site,
    digest  bytea not null,
    is_spam boolean not null,
    at      timestamptz not null default now(),
    primary key (site_id, digest)
);

-- Which queued comment an edit of it takes the place of: a keyed digest of where, by whom, and when.
create table akismet_waiting (
    comment_id uuid primary key references comment,
    site_id    uuid not null references site,
    place      bytea not null,
    written    bytea                    -- of the date that the client named, if it named one
);
create index akismet_waiting_place on akismet_waiting (site_id, place);
