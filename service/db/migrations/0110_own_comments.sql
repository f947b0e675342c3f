-- statement_timeout: 10min
-- A website lists its own comments by status, by its own id of them and by page, in the order of ids.
create index comment_of_site on comment (site_id, status, id);
create index comment_of_page on comment (site_id, page_key, id);
create index comment_of_external_id on comment (site_id, external_id) where external_id is not null;
