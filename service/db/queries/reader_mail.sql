-- What readers are told by e-mail. An address is read here and in no other query of it: as it is sealed, to be sent to.

-- name: wish
-- Keep what a reader asked to be told of their comment; the first time counts.
insert into reader_wish (comment_id, site_id, approved, replies, language)
select id, site_id, $2, $3, $4 from comment where id = $1 and status <> 'erased'
on conflict (comment_id) do nothing

-- name: mail
-- What a mail tells and where it goes, if it is still to be told: both comments are published, the site and the
-- reader want it, and the reader was told of fewer than $2 replies to this comment in a day.
select t.id as told_comment, c.id as comment_id, t.author_id, k.email as sealed, w.language, c.name, c.page, p.title
from outbox o
join comment c on c.id = o.comment_id and c.status = 'approved'
join comment t on t.id = o.told_comment and t.status = 'approved'
join site s on s.id = o.site_id and s.own_settings ->> 'mail_readers' = 'true'
join reader_wish w on w.comment_id = t.id
join author a on a.author_id = t.author_id and a.mail_stopped_at is null
join comment_contact k on k.author_id = t.author_id
left join page p on p.site_id = c.site_id and p.page_key = c.page_key
where o.id = $1 and o.kind = 'mail' and (
    select count(*) from outbox e
    where e.told_comment = t.id and e.kind = 'mail' and e.delivered_at > now() - interval '1 day'
) < $2

-- name: begin_mail
-- Note that a mail is being sent. One that was begun before and never ended may have been sent: it is in doubt, or
-- another process is at it for so long as $2.
update outbox
set last_error = 'InDoubt', last_status = null, next_at = now() + $2::interval, tried_at = now()
where id = $1 and delivered_at is null and failed_at is null and last_error is distinct from 'InDoubt'
returning id

-- name: mail_state
-- How a mail stands that could not be begun.
select case when delivered_at is not null or failed_at is not null or tried_at > now() - $2::interval then 'elsewhere'
            else 'in doubt' end
from outbox where id = $1

-- name: recall_mail
-- A mail is not to be told any more. It was no attempt at a server that fails: the next one is due.
with due as (
    update circuit c set probe_at = now() from outbox o
    where o.id = $1 and c.site_id = o.site_id and c.receiver = o.receiver and c.failing_since is not null
)
update outbox set failed_at = now(), recalled = true
where id = $1 and delivered_at is null and failed_at is null

-- name: stop_mail
-- The author of a comment wants no mail of its site any more; or, with $2, wants them again.
update author set mail_stopped_at = case when $2 then null else now() end
where author_id = (select author_id from comment where id = $1)

-- name: page_of_mail
-- The page of a comment whose author is told something.
select page from comment where id = $1
