-- What is kept encrypted, table by table, to be encrypted anew: $1 is where to go on, $2 how many.

-- name: contacts
-- Readers' e-mail addresses.
select author_id as id, email as sealed from comment_contact
where author_id > $1 order by author_id limit $2;

-- name: reseal_contacts
-- Each that is still what was read.
update comment_contact c set email = given.new
from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as given (id, old, new)
where c.author_id = given.id and c.email = given.old;

-- name: coral_phases
-- Signing secrets of Coral.
select site_id as id, secret as sealed from coral_phase
where site_id > $1 order by site_id limit $2;

-- name: reseal_coral_phases
-- Each that is still what was read.
update coral_phase c set secret = given.new
from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as given (id, old, new)
where c.site_id = given.id and c.secret = given.old;

-- name: second_factors
-- Secrets of people's devices.
select staff_id as id, sealed from second_factor
where staff_id > $1 order by staff_id limit $2;

-- name: reseal_second_factors
-- Each that is still what was read.
update second_factor f set sealed = given.new
from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as given (id, old, new)
where f.staff_id = given.id and f.sealed = given.old;

-- name: count_sealed
-- How many there are of all.
select (select count(*) from comment_contact) + (select count(*) from coral_phase)
    + (select count(*) from second_factor);
