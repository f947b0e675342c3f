-- By what people are known at the organisation's OpenID provider.

-- name: staff_by_identity
-- Who has an identity; neither of them is disabled.
select s.id, s.name, s.role::text, s.sites, s.language from identity i join staff s on s.id = i.staff_id
where i.digest = $1 and i.kind = $2 and s.disabled_at is null;

-- name: bind
-- Know a person by their subject from now on, if they were known by none.
insert into identity (digest, staff_id, kind) values ($1, $2, 'subject')
on conflict do nothing returning staff_id;

-- name: forget
-- Know a person by nothing.
delete from identity where staff_id = $1;

-- name: add
-- Know a person by this.
insert into identity (digest, staff_id, kind) values ($1, $2, $3);
