-- statement_timeout: 10min
-- A text that came with its author's address is found by the author, to be exported and erased.
alter table label add column author_id uuid;  -- as in comment; never leaves the service
create index label_of_author on label (author_id) where author_id is not null;
