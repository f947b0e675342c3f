-- What a moderator keeps of their own at the desk: what they skipped, and views under a name.

-- name: skip
-- Leaves a comment to colleagues as it stands now; of a site $3 or of any.
insert into skip (staff_id, comment_id, version)
select $1, c.id, c.version from comment c where c.id = $2 and ($3::uuid[] is null or c.site_id = any($3))
on conflict (staff_id, comment_id) do update set version = excluded.version, at = now()

-- name: unskip
-- Takes it up again.
delete from skip where staff_id = $1 and comment_id = $2

-- name: skipped
-- The newest that one left to colleagues and that wait as they did then.
select c.id from skip s join comment c on c.id = s.comment_id and c.version = s.version
where s.staff_id = $1 and (c.status = 'pending' or c.audited_version = c.version)
order by s.at desc limit $2

-- name: views
-- A person's views by their names.
select name, query, first from saved_view where staff_id = $1 order by name

-- name: view_save
-- Keeps a view, in place of one of that name, unless there are $5 others.
insert into saved_view (staff_id, name, query, first)
select $1, $2, $3, $4 where (select count(*) from saved_view where staff_id = $1 and name <> $2) < $5
on conflict (staff_id, name) do update set query = excluded.query, first = excluded.first

-- name: views_begin_with_none
-- No view of this person is what they begin with.
update saved_view set first = false where staff_id = $1 and first

-- name: view_remove
-- Forgets a view.
delete from saved_view where staff_id = $1 and name = $2
