-- lock_timeout: 10s
-- What comments set off costs less where many are written in one statement, as an import does: what is said of each
-- stays as it was, and so does every form of search.

-- Runs of what ends a word and holds no blank are few, while each blank would be one to look at and to put back.
do $do$ begin
    execute replace(
        pg_get_functiondef('search_form(text)'::regprocedure),
        $form$    return btrim(regexp_replace(value, '[\u0001-\u0022\u0027-\u0029\u002c-\u002f\u003a\u003b\u003f\u005b-\u005d'
        '\u0060\u007b\u007d\u007f ]+', ' ', 'g'));$form$,
        $form$    value := regexp_replace(value, '[\u0001-\u001f\u0021\u0022\u0027-\u0029\u002c-\u002f\u003a\u003b\u003f'
        '\u005b-\u005d\u0060\u007b\u007d\u007f]+', ' ', 'g');
    if position('  ' in value) > 0 then
        value := regexp_replace(value, ' {2,}', ' ', 'g');
    end if;
    return btrim(value);$form$
    );
end $do$;

-- Of many late decisions each quarter is noted once. The clock is read after the rows are written, as before.
create or replace function recount_late() returns trigger language plpgsql set search_path from current as $$
begin
    if exists (select from made where at < clock_timestamp() - interval '15 minutes') then
        insert into recount (quarter)
        select distinct date_bin('15 minutes', m.at, 'epoch') from made m
        where m.at < clock_timestamp() - interval '15 minutes' on conflict do nothing;
    end if;
    return null;
end $$;
drop trigger recount_late on decision;
create trigger recount_late after insert on decision
    referencing new table as made for each statement
    when (current_setting('search_path') <> '')  -- not in a load of data alone
    execute function recount_late();
