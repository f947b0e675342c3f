-- statement_timeout: 10min
-- What runs beside requests finds its rows by index: notices due per site, old notices, the export.
drop index notice_due;
create index notice_due on notice (site_id, next_at) where delivered_at is null and failed_at is null;
create index notice_done on notice (created_at);
drop index decision_time;
create index decision_time on decision (at, comment_id, version);
create index shadow_of_model on shadow_score (model_version, comment_id);
