-- lock_timeout: 10s
-- statement_timeout: 10min
-- What waits, by receiver; what a site was told, by time.
create index outbox_due on outbox (site_id, receiver, next_at) where delivered_at is null and failed_at is null;
create index outbox_of_site on outbox (site_id, created_at, id);
drop index notice_due, notice_of_site;
alter index notice_pkey rename to outbox_pkey;
alter index notice_open rename to outbox_open;
alter index notice_done rename to outbox_done;
