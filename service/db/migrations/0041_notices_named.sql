-- The site's own id of a comment, kept with what is still to be told when the comment is erased and
-- has none any more.
alter table notice add column external_id text;
