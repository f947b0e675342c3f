-- statement_timeout: 10min
-- lock_timeout: 10s
-- The words that sites hold or block, an entry a row, with how often each was met.
--
-- They stood in site.settings before. They stay there as well for the code of the release before,
-- which reads and writes them there: triggers carry each change to the other place.
create table site_word (
    id       bigint generated always as identity primary key,  -- the order in which entries came
    site_id  uuid not null references site (id),
    list     text not null check (list in ('blocked', 'held')),
    entry    text not null check (length(entry) between 1 and 100),
    form     text,              -- what is compared; null until this release has looked at the entry
    hits     bigint not null default 0,
    last_hit timestamptz,
    added_at timestamptz not null default now(),
    added_by uuid references staff (id),  -- null: by command, or before this was kept
    unique (site_id, list, entry)
);

insert into site_word (site_id, list, entry)
select s.id, l.list, w.entry
from site s,
     lateral (values ('held', s.settings -> 'held_words'), ('blocked', s.settings -> 'blocked_words'))
         l (list, entries),
     lateral jsonb_array_elements_text(
         case when jsonb_typeof(l.entries) = 'array' then l.entries else '[]' end)
         with ordinality w (entry, place)
where length(w.entry) between 1 and 100
order by s.id, l.list, w.place
on conflict do nothing;

-- By this a process knows whether the lists that it has are those of the database.
alter table site add column words_version bigint not null default 0;

create function site_words_changed() returns trigger language plpgsql set search_path from current as $$
begin
    update site s set words_version = words_version + 1,
        settings = s.settings - 'blocked_words' - 'held_words' || coalesce((
            select jsonb_object_agg(l.setting, l.entries)
            from (select w.list || '_words' as setting, jsonb_agg(w.entry order by w.id) as entries
                  from site_word w where w.site_id = s.id group by w.list) l), '{}')
    where s.id in (select site_id from changed);
    return null;
end $$;
create trigger site_words_added after insert on site_word referencing new table as changed
    for each statement execute function site_words_changed();
create trigger site_words_removed after delete on site_word referencing old table as changed
    for each statement execute function site_words_changed();

create function site_words_of_settings() returns trigger language plpgsql set search_path from current as $$
declare
    which  text;
    before jsonb;
    after  jsonb;
begin
    foreach which in array array['blocked', 'held'] loop
        before := coalesce(old.settings -> (which || '_words'), '[]');
        after := coalesce(new.settings -> (which || '_words'), '[]');
        if before <> after then
            delete from site_word where site_id = new.id and list = which and entry in (
                select jsonb_array_elements_text(before)
                except select jsonb_array_elements_text(after));
            insert into site_word (site_id, list, entry)
            select new.id, which, w.entry
            from jsonb_array_elements_text(after) with ordinality w (entry, place)
            where w.entry not in (select jsonb_array_elements_text(before))
            order by w.place on conflict do nothing;
        end if;
    end loop;
    return null;
end $$;
create trigger site_words_of_settings after update of settings on site
    for each row execute function site_words_of_settings();
