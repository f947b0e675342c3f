-- What readers report of comments.

-- name: add_report
-- Keeps a report of comment $1 by reporter $2 at version $3; one's second only where the text is another by then.
insert into report as r (comment_id, reporter, version, reason) values ($1, $2, $3, $4)
on conflict (comment_id, reporter) do update set version = excluded.version, reason = excluded.reason, at = now()
where exists (select from edit e where e.comment_id = r.comment_id and e.version > r.version)

-- name: open_reports
-- How many report a comment whom no approval in force has answered, and its risk.
select c.risk, (
    select count(*) from report r where r.comment_id = c.id and r.version >= approved_at(c.id)
) as count
from comment c where c.id = $1
