-- Files of other systems that somebody uploaded to be imported, and what came of each: the newest ones of a site are
-- shown. `seen_at` is when the process that is at it last said so; one that stopped saying so has been broken off.
create table import_run (
    id uuid primary key,
    site_id uuid not null references site (id),
    staff_id uuid not null references staff (id),
    file text not null check (length(file) <= 200),
    dry_run boolean not null,
    begun_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    ended_at timestamptz,
    report jsonb,
    problem text check (length(problem) <= 1000),
    constraint import_run_ended check ((ended_at is null) = (report is null and problem is null))
);
create index import_run_of_site on import_run (site_id, id);
