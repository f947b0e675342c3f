-- statement_timeout: 10min
-- What clients said of an author's texts is erased with the author, or with the comment it is about.
alter table akismet_word add column author_id uuid;   -- as in comment; never leaves the service
alter table akismet_word add column comment_id uuid;
create index akismet_word_of_author on akismet_word (author_id) where author_id is not null;
create index akismet_word_of_comment on akismet_word (comment_id) where comment_id is not null;
