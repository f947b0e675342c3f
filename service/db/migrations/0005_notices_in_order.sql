-- statement_timeout: 10min
-- Notices of one comment go out in the order of its changes: the earlier open ones are looked up.
create index notice_open on notice (comment_id, version) where delivered_at is null and failed_at is null;
