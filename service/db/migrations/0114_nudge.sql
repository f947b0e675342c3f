-- Whom a website has asked just now to say something another way: each comment is asked about once. The
-- digest is keyed, of the comment's idempotency key, or of who answers what on which page.
create table nudge (
    digest bytea primary key,
    at     timestamptz not null default now()
);
create index nudge_time on nudge (at);
