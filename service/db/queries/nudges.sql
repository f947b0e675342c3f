-- Whose authors were asked to say something another way.

-- name: first_nudge
-- Notes that a comment is asked about, and says whether it was not within the last hour; older ones go.
with old as (
    delete from nudge where at < now() - interval '1 hour' and digest <> $1
)
insert into nudge (digest) values ($1)
on conflict (digest) do update set at = now() where nudge.at < now() - interval '1 hour'
returning true
