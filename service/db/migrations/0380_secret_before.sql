-- lock_timeout: 10s
-- A webhook's secret is made with a later contact key where it was rotated after that was taken, which its number
-- tells (contact_keys.py); so the one before need not be the number before. Null: it is.
alter table receiver add column secret_before integer check (secret_before >= 0);

-- The numbers of a site's secrets in force, the newest first.
create function webhook_secrets(number integer, since timestamptz, before integer) returns integer[]
language sql stable set search_path from current as $$
    select case when number > 0 and since > now() - interval '1 day' then array[number, coalesce(before, number - 1)]
                else array[coalesce(number, 0)] end
$$;
