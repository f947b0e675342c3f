-- Figures for those who watch the service; no text, no person.

-- name: queue
-- How many comments wait for a moderator, and the age of the oldest in seconds.
select count(*) as waiting,
       coalesce(extract(epoch from now() - min(c.decided_at)), 0)::float8 as oldest
from comment c where (c.status = 'pending' or c.audited_version = c.version) and {months}
