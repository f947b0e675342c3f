-- A load of data alone runs the trigger of decisions, which makes events, and then brings those that were kept:
-- they take the place of what was made, with the numbers that websites have read.
create function event_loaded() returns trigger language plpgsql set search_path from current as $$
begin
    delete from event where comment_id = new.comment_id and version = new.version;
    return new;
end $$;
create trigger event_loaded before insert on event for each row
    when (pg_trigger_depth() = 0)  -- what decisions make comes by their trigger and pays nothing for this
    execute function event_loaded();
