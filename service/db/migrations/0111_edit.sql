-- lock_timeout: 10s
-- A website edits a comment of its own, and readers report one; both are steps of its history.
alter table decision drop constraint decision_action_check;
alter table decision add constraint decision_action_check check (
    action in ('submit', 'edit', 'report', 'approve', 'reject', 'undo', 'erase', 'hold')
) not valid;  -- those that are there are fewer

alter table comment add column edited_at timestamptz;

-- What a comment said before an edit, under the version that the edit made.
create table edit (
    comment_id uuid not null references comment (id),
    version    integer not null,
    body       text not null,
    language   text,
    primary key (comment_id, version)
);
