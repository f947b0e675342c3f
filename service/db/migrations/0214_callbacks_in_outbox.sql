-- lock_timeout: 10s
-- statement_timeout: 10min
-- Callbacks that wait move to the outbox; the release before asks for more, and tells them, by a view.
lock table door_callback in access exclusive mode;
insert into outbox (id, kind, site_id, url, attempts)
select comment_id, 'callback', site_id, url, attempts from door_callback where closed_at is null;
drop table door_callback;

create view door_callback as
select id as comment_id, site_id, url, next_at, attempts, delivered_at as closed_at, kind
from outbox where kind = 'callback' and failed_at is null;
alter view door_callback alter column kind set default 'callback';
