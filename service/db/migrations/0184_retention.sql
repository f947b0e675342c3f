-- lock_timeout: 10s
-- statement_timeout: 10min
-- What a site keeps for so many days only is found along an index: digests of readers' addresses here,
-- rejected comments along `comment_of_site`.
create index comment_with_origin on comment (site_id, id) where origin is not null;
create index contact_of_site on comment_contact (site_id, created_at);
