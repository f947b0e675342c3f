-- The signing secret of a site's external moderation phase in Coral, which Coral makes and shows.
create table coral_phase (
    site_id uuid primary key references site,
    secret  bytea not null            -- AES-256-GCM, nonce first, site_id as associated data
);
