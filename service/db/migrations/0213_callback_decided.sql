-- lock_timeout: 10s
-- A decision makes its comment's callback due, whoever decides, the release before included; an undo holds it back
-- again, an erasing recalls it and forgets its address. One that is being told just now is told once more by
-- another version: see `delivered` in queries/outbox.sql.
create function callback_decided() returns trigger language plpgsql set search_path from current as $$
begin
    if not exists (select from made where version > 1) then
        return null;  -- new comments alone, whose callbacks come after them
    end if;
    update outbox o
    set status = m.to_status, version = m.version, created_at = now(),
        next_at = case when m.to_status = 'pending' then 'infinity'
                       when o.next_at = 'infinity' then now() else o.next_at end,
        failed_at = case when m.to_status = 'erased' then now() end,
        recalled = m.to_status = 'erased'
    from made m
    where o.id = m.comment_id and o.kind = 'callback' and o.delivered_at is null and o.failed_at is null
      and m.to_status is distinct from m.from_status;
    update outbox o set url = '' from made m
    where o.id = m.comment_id and o.kind = 'callback' and m.to_status = 'erased';
    return null;
end $$;
create trigger callback_decided after insert on decision referencing new table as made for each statement
    when (current_setting('search_path') <> '')  -- not in a load of data alone
    execute function callback_decided();
