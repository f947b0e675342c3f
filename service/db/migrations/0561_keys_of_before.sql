-- lock_timeout: 10s
-- statement_timeout: 60min
-- The keys of the comments that there are; 0564 adds those of posts that were under way. Nobody waits for this.
insert into comment_key (site_id, idempotency_key, comment_id)
select site_id, idempotency_key, id from comment where idempotency_key is not null
on conflict do nothing;
