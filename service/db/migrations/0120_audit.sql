-- lock_timeout: 10s
-- Audits: decided comments that moderators are shown as if they waited, to learn the true error rate.
--
-- An audit is open while `audited_version` is the comment's version: whatever changes the comment ends it.
-- What moderators see of it then is in `shown_reasons`, in `risk` and in the audit's bands; the verdict as
-- it was is in the first decision.
alter table comment add column audited_version integer, add column shown_reasons text[];

create table audit (
    comment_id       uuid primary key references comment (id),
    site_id          uuid not null references site (id),
    version          integer not null check (version > 0),  -- of the decision that is audited
    propensity       real not null check (propensity > 0 and propensity <= 1),
    shown_bands      jsonb not null default '{}',
    chosen_at        timestamptz not null default now(),
    answered_version integer check (answered_version > version)  -- of the answer in force, null while there is none
);
create index audit_of_site on audit (site_id, chosen_at);
create index audit_answered on audit (site_id) where answered_version is not null;

-- Since when which share of a site's automatic decisions is audited: the chance of those that were not chosen.
create table audit_share (
    site_id uuid not null references site (id),
    since   timestamptz not null default now(),
    share   real not null check (share between 0 and 1),
    primary key (site_id, since)
);
