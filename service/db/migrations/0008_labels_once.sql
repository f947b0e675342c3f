-- statement_timeout: 10min
-- The same label of the same text from the same site is kept once. Rows of before, and of the release
-- before, have no digest and are in no one's way.
alter table label add column content_digest bytea;
create unique index label_content on label (content_digest) where content_digest is not null;
