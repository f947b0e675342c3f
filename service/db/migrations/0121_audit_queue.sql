-- statement_timeout: 10min
-- lock_timeout: 10s
-- The queue is what waits and what is audited. Statements that ask for what is pending use these too.
create index comment_queue_risk_ on comment (risk, id) where status = 'pending' or audited_version = version;
create index comment_queue_site_risk_ on comment (site_id, risk, id) where status = 'pending' or audited_version = version;
create index comment_queue_time_ on comment (id) where status = 'pending' or audited_version = version;
create index comment_queue_site_time_ on comment (site_id, id) where status = 'pending' or audited_version = version;
create index comment_waiting_on_page_ on comment (site_id, page_key, id) where status = 'pending' or audited_version = version;
drop index comment_queue_risk, comment_queue_site_risk, comment_queue_time, comment_queue_site_time,
    comment_waiting_on_page;
alter index comment_queue_risk_ rename to comment_queue_risk;
alter index comment_queue_site_risk_ rename to comment_queue_site_risk;
alter index comment_queue_time_ rename to comment_queue_time;
alter index comment_queue_site_time_ rename to comment_queue_site_time;
alter index comment_waiting_on_page_ rename to comment_waiting_on_page;
