-- lock_timeout: 10s
-- What a reader asked to be told by e-mail when they wrote a comment: that it is published, replies to it, or both.
-- Their address is the contact of the comment's author, and stands nowhere else; `language` is the page's.
create table reader_wish (
    comment_id uuid primary key references comment (id),
    site_id uuid not null references site (id),
    approved boolean not null,
    replies boolean not null,
    language text constraint reader_wish_language_check check (language ~ '^[a-z]{2,3}$'),
    constraint reader_wish_check check (approved or replies)
);

-- Since when an author wants no e-mail of a site any more, whatever somebody asks in their name.
alter table author add column mail_stopped_at timestamptz;

-- A mail is an event of the outbox; `told_comment` is the one whose author is told. Its `url` leads nowhere, so that
-- a process of the release before cannot send it.
alter table outbox
    add column told_comment uuid references comment (id) on delete cascade,
    drop constraint outbox_kind_check,
    add constraint outbox_kind_check check (kind in ('webhook', 'callback', 'mail')),
    add constraint outbox_mail_check check ((kind = 'mail') = (told_comment is not null));
create unique index outbox_mail on outbox (told_comment, comment_id) where kind = 'mail';

-- A comment that is published for the first time, by whomever, is told to its own author, unless they saw it
-- published when they wrote it, and to the author of what it answers. What was recalled before it was sent is open
-- again.
create function reader_told() returns trigger language plpgsql set search_path from current as $$
begin
    if not exists (select from made where to_status = 'approved') then
        return null;
    end if;
    insert into outbox (id, site_id, comment_id, version, status, kind, receiver, url, told_comment)
    select fresh.id, c.site_id, c.id, m.version, 'approved', 'mail', 'mail', 'mailto:' || fresh.id, w.comment_id
    from made m
    join comment c on c.id = m.comment_id
    join site s on s.id = c.site_id and s.own_settings ->> 'mail_readers' = 'true'
    join reader_wish w on w.comment_id in (c.id, c.parent_id)
        and case when w.comment_id = c.id then w.approved and m.version > 1 else w.replies end
    join comment t on t.id = w.comment_id and t.author_id is not null
        and (t.id = c.id or t.author_id is distinct from c.author_id)
    cross join lateral (select gen_random_uuid() as id where m.version > 0) fresh
    where m.to_status = 'approved' and m.from_status is distinct from 'approved'
      and not m.reasons @> '{imported}'
      and (
          exists (
              select from outbox o
              where o.told_comment = w.comment_id and o.comment_id = c.id and o.kind = 'mail' and o.recalled
          )
          or not exists (
              select from decision d
              where d.comment_id = c.id and d.version < m.version and d.to_status = 'approved'
          )
      )
    on conflict (told_comment, comment_id) where kind = 'mail' do update
    set version = excluded.version, created_at = now(), next_at = now(), failed_at = null, recalled = false,
        attempts = 0, last_error = null, last_status = null
    where outbox.recalled;
    return null;
end $$;
create trigger reader_told after insert on decision referencing new table as made
for each statement when (current_setting('search_path') <> '') execute function reader_told();
