-- Figures for those who watch the service; no text, no person.

-- name: queue
-- How many comments wait for a moderator, and the age of the oldest in seconds.
select count(*) as waiting,
       coalesce(extract(epoch from now() - min(decided_at)), 0)::float8 as oldest
from comment where status = 'pending' or audited_version = version;
