-- lock_timeout: 10s
-- statement_timeout: 1min
-- One outbox for whoever is told of a change: webhooks, and callbacks of Akismet's clients. The release before
-- goes on with its table's name, which is now a view of the webhooks.
alter table notice rename to outbox;
alter table outbox
    add column kind     text not null default 'webhook' check (kind in ('webhook', 'callback')),
    add column receiver text not null default '',  -- whose circuit it hangs on: '' the site's webhook, else a host
    add column url      text;                      -- of a callback; '' when it is forgotten

create view notice as
select id, site_id, comment_id, version, status, created_at, next_at, attempts, delivered_at, failed_at,
       external_id, last_status, last_error, tried_at, sent_at, replayed_at, recalled
from outbox where kind = 'webhook';

-- A callback is asked for while its comment waits: it goes by the comment's id, has the comment's status, and is
-- due at no time (`infinity`) until that is decided. The comment is kept as it is until this is committed: a
-- decision that comes then finds the callback.
create function callback_asked() returns trigger language plpgsql set search_path from current as $$
begin
    select c.id, c.status, c.version into new.comment_id, new.status, new.version
    from comment c where c.id = new.id for share;
    if new.status = 'erased' then
        return null;
    end if;
    new.receiver := substring(new.url from '^[a-z]+://(?:[^/?#]*@)?([^/?#]+)');
    new.next_at := case when new.status = 'pending' then 'infinity' else now() end;
    return new;
end $$;
create trigger callback_asked before insert on outbox for each row
    when (new.kind = 'callback' and current_setting('search_path') <> '')  -- not in a load of data alone
    execute function callback_asked();

-- New comments' webhooks go to the table itself; the same in every other word.
do $$ begin
    execute replace(pg_get_functiondef('take_comments'::regproc), 'insert into notice', 'insert into outbox');
end $$;
