-- statement_timeout: 10min
-- What a website told of its pages, and what waits on one, by index.
create table page (
    site_id   uuid not null references site (id),
    page_key  bytea not null,
    title     text not null check (length(title) between 1 and 300),
    titled_at timestamptz not null default now(),
    primary key (site_id, page_key)
);
create index comment_waiting_on_page on comment (site_id, page_key, id) where status = 'pending';
