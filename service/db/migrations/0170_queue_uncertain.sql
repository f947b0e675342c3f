-- statement_timeout: 10min
-- lock_timeout: 10s
-- The queue by what a decision teaches most about: where spam or toxicity, whichever is likelier, is at even
-- odds. What has no scores teaches nothing of them.
create function uncertainty(scores jsonb) returns real
    language sql immutable parallel safe set search_path = pg_catalog
    return coalesce(
        abs(greatest((scores->>'spam')::real, (scores->>'toxicity')::real) - 0.5::real), 0.5::real
    );
create index comment_queue_uncertain on comment (uncertainty(scores), id)
    where status = 'pending' or audited_version = version;
create index comment_queue_site_uncertain on comment (site_id, uncertainty(scores), id)
    where status = 'pending' or audited_version = version;
