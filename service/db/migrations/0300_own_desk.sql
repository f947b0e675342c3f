-- What a moderator left to colleagues, as it stood then: a part of the queue of its own.
create table skip (
    staff_id uuid not null references staff on delete cascade,
    comment_id uuid not null references comment on delete cascade,
    version integer not null,
    at timestamptz not null default now(),
    primary key (staff_id, comment_id)
);
create index skip_comment on skip (comment_id);

-- Filters and an order of the queue that a person keeps under a name; `query` is that of the address.
create table saved_view (
    staff_id uuid not null references staff on delete cascade,
    name text not null check (name <> '' and length(name) <= 60),
    query text not null check (length(query) <= 3000),
    first boolean not null default false,
    primary key (staff_id, name)
);
create unique index saved_view_first on saved_view (staff_id) where first;
