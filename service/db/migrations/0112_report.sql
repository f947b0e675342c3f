-- lock_timeout: 10s
-- What readers report. The reporter is a keyed digest of the website's own id of them, so that each counts
-- once; a moderator's approval settles what was reported before its version.
create table report (
    comment_id uuid not null references comment (id),
    reporter   bytea not null,
    version    integer not null,  -- the comment's, as it was reported
    reason     text not null check (reason in
        ('spam', 'toxicity', 'harassment', 'hate', 'threat', 'personal_data', 'off_topic', 'other')),
    at         timestamptz not null default now(),
    primary key (comment_id, reporter)
);

-- The version that the newest approval in force made of a comment, which answers reports before it; 0: none.
create function approved_at(comment uuid) returns integer
language sql stable set search_path from current as $$
    select coalesce(max(d.version), 0) from decision d
    where d.comment_id = comment and d.action = 'approve' and not exists (
        select from decision u where u.comment_id = d.comment_id and u.undoes = d.version
    )
$$;
