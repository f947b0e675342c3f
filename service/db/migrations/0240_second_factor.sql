-- A person's second factor (TOTP, RFC 6238): `sealed` is its secret, encrypted with the contact key. Until it is
-- confirmed by a code it counts for nothing. Of the codes up to `last_step` none is taken any more.
create table second_factor (
    staff_id uuid primary key references staff (id),
    sealed bytea not null,
    last_step bigint not null default 0,
    begun_at timestamptz not null default now(),
    confirmed_at timestamptz
);

-- What stands in for a lost device, each once; a keyed digest as of every other secret.
create table recovery_code (
    staff_id uuid not null references second_factor (staff_id) on delete cascade,
    digest bytea not null check (length(digest) = 32),
    used_at timestamptz,
    primary key (staff_id, digest)
);
