-- The compatible doors: figures per site and day, maps of scores, and where a verdict is waited for.

-- How often a door was asked and what it said. No text, no reader.
create table door_figure (
    site_id uuid not null references site,
    day     date not null,
    door    text not null check (door in ('perspective', 'akismet', 'openai', 'coral')),
    outcome text not null check (outcome ~ '^[a-z][a-z-]{0,30}$'),
    count   bigint not null check (count > 0),
    primary key (site_id, day, door, outcome)
);

-- A monotone map from our score of an attribute to Perspective's: linear between its knots.
create table perspective_map (
    site_id   uuid not null references site,
    attribute text not null,
    ours      double precision[] not null,
    theirs    double precision[] not null,
    figures   jsonb not null,              -- pairs, errors before and after; see perspective_map.py
    fitted_at timestamptz not null default now(),
    primary key (site_id, attribute),
    check (cardinality(ours) = cardinality(theirs) and cardinality(ours) > 0)
);

-- A queued comment whose website waits for the moderators' decision at an address of its own.
create table door_callback (
    comment_id   uuid primary key references comment,
    site_id      uuid not null references site,
    url          text not null,
    next_at      timestamptz not null default now(),
    attempts     integer not null default 0,
    closed_at    timestamptz              -- delivered or given up
);
create index door_callback_open on door_callback (next_at) where closed_at is null;
