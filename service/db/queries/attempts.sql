-- Attempts by where they come from, counted in windows of time.

-- name: count_failure
-- Count an attempt of a source in its window of $2 seconds; forget a few sources of long ago.
with stale as (
    delete from failed_attempt where source in (
        select source from failed_attempt
        where last_at < now() - interval '1 day' and source <> $1 limit 10
        for update skip locked)
)
insert into failed_attempt as f (source, failures, first_at, last_at) values ($1, 1, now(), now())
on conflict (source) do update set
    failures = case when f.first_at > now() - make_interval(secs => $2)
                    then least(f.failures, 1000000) + 1 else 1 end,
    first_at = case when f.first_at > now() - make_interval(secs => $2)
                    then f.first_at else now() end,
    last_at = now()
returning failures, extract(epoch from first_at - now())::float8 + $2 as seconds_left;

-- name: forget_failures
-- A source has succeeded.
delete from failed_attempt where source = any($1::bytea[]);

-- name: give_back_attempts
-- Attempts that were none: what was tried failed by our own fault.
with given as (select source, count(*) as times from unnest($1::bytea[]) as source group by source),
none_left as (
    delete from failed_attempt f using given where f.source = given.source and f.failures <= given.times
)
update failed_attempt f set failures = f.failures - given.times
from given where f.source = given.source and f.failures > given.times;
