-- By what a person is known at the organisation's OpenID provider: a keyed digest of the issuer with their subject
-- there, or with their e-mail address, until the first sign-in tells the subject.
create table identity (
    digest bytea primary key check (length(digest) = 32),
    staff_id uuid not null references staff (id),
    kind text not null check (kind in ('subject', 'email')),
    added_at timestamptz not null default now(),
    unique (staff_id, kind)
);

-- A session that the provider vouched for: whether there was a second factor is the provider's business.
alter table session add column by_provider boolean not null default false;
