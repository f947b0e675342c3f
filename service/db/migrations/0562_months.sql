-- lock_timeout: 10s
-- Comments and their decisions are to be kept by the month of the comment's id, a UUIDv7. What there is already becomes
-- the first part: up to the month after the next, so that nothing that is written meanwhile falls behind it.
create function month_of(id uuid) returns timestamptz
language sql immutable parallel safe set search_path = pg_catalog as $$
    select date_trunc('month', to_timestamp(
        ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0), 'UTC')
$$;

create function month_after(month timestamptz, months integer) returns timestamptz
language sql immutable parallel safe set search_path = pg_catalog as $$
    select (month at time zone 'UTC' + make_interval(months => months)) at time zone 'UTC'
$$;

-- The smallest id of a moment, to the millisecond.
create function first_id(moment timestamptz) returns uuid
language sql immutable parallel safe set search_path = pg_catalog as $$
    select rpad(lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0'), 32, '0')::uuid
$$;

-- The checks spare the reading of all when the parts are made; they hold for what is written from here on, 0563 reads
-- the rest beside the service. A database without a comment needs none.
do $$
declare
    newest uuid := (select id from comment order by id desc limit 1);
    ends uuid := first_id(month_after(date_trunc('month', greatest(now(), month_of(newest)), 'UTC'), 2));
begin
    if newest is not null then
        execute format('alter table comment add constraint before_months check (id < %L) not valid', ends);
        execute format('alter table decision add constraint before_months check (comment_id < %L) not valid', ends);
    end if;
end $$;
