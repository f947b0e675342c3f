-- lock_timeout: 10s
-- Hosts that a site's moderators reject whatever links to: each was put on the site's list of held words once, for
-- so many rejected of so many that people decided or let stand. Who takes the entry out has the last word.
create table learnt_link (
    site_id uuid not null references site (id) on delete cascade,
    host text not null constraint learnt_link_host_check check (length(host) between 1 and 100),
    rejected integer not null,
    decided integer not null,
    at timestamptz not null default now(),
    primary key (site_id, host),
    constraint learnt_link_counts_check check (rejected > 0 and rejected <= decided)
);
