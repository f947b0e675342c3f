-- People's second factors and what stands in for them.

-- name: begin
-- A secret to be confirmed, in place of one that was not; what is confirmed stays.
insert into second_factor as f (staff_id, sealed) values ($1, $2)
on conflict (staff_id) do update set sealed = excluded.sealed, begun_at = now()
where f.confirmed_at is null returning staff_id;

-- name: begun
-- The secret that is to be confirmed.
select sealed from second_factor where staff_id = $1 and confirmed_at is null;

-- name: confirm
-- From here on it counts, with recovery codes beside it, and the code that confirmed it is used up.
with confirmed as (
    update second_factor set confirmed_at = now(), last_step = $3
    where staff_id = $1 and confirmed_at is null and sealed = $2 returning staff_id)
insert into recovery_code (staff_id, digest) select staff_id, unnest($4::bytea[]) from confirmed
returning staff_id;

-- name: in_force
-- Since when a person has a second factor, and how many recovery codes are left.
select f.confirmed_at as since,
       (select count(*) from recovery_code c
        where c.staff_id = f.staff_id and c.used_at is null) as codes_left
from second_factor f where f.staff_id = $1 and f.confirmed_at is not null;

-- name: secret
-- The secret that counts, and the last step whose code was taken.
select sealed, last_step from second_factor where staff_id = $1 and confirmed_at is not null;

-- name: take_step
-- Use a step's code up; of two at once one is told that it was.
update second_factor set last_step = $2
where staff_id = $1 and confirmed_at is not null and last_step < $2 returning staff_id;

-- name: take_recovery_code
-- Use a recovery code up.
update recovery_code set used_at = now()
where staff_id = $1 and digest = $2 and used_at is null returning staff_id;

-- name: replace_recovery_codes
-- New recovery codes in place of all others.
with gone as (delete from recovery_code where staff_id = $1)
insert into recovery_code (staff_id, digest) select $1, unnest($2::bytea[]);

-- name: remove
-- Take a person's second factor away, with its recovery codes.
delete from second_factor where staff_id = $1 and confirmed_at is not null returning staff_id;
