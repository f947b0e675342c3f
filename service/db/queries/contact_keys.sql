-- Contact keys that were taken after the first, and authors whose ids are of an older one: those that do not begin
-- with $2.

-- name: newest
-- The newest of those keys.
select fingerprint, earlier, done_at is not null as is_done from contact_key order by number desc limit 1

-- name: begin
-- Note a key that was taken, once.
insert into contact_key (fingerprint, earlier) values ($1, $2) on conflict (fingerprint) do nothing

-- name: done
-- Note that nobody's id is of an older key than this one.
update contact_key set done_at = coalesce(done_at, now()) where fingerprint = $1

-- name: with_contact
-- The next $3 authors with an address, by id.
select author_id as id, email as sealed from comment_contact
where author_id > $1 and substr(uuid_send(author_id), 1, length($2::bytea)) <> $2 order by author_id limit $3

-- name: of_comments
-- The next of comments whose address is forgotten.
select distinct author_id as id, null::bytea as sealed from comment c
where author_id > $1 and substr(uuid_send(author_id), 1, length($2::bytea)) <> $2
  and not exists (select from comment_contact k where k.author_id = c.author_id)
order by author_id limit $3

-- name: of_labels
-- The next of texts that were only checked.
select distinct author_id as id, null::bytea as sealed from label l
where author_id > $1 and substr(uuid_send(author_id), 1, length($2::bytea)) <> $2
  and not exists (select from comment_contact k where k.author_id = l.author_id)
order by author_id limit $3

-- name: of_akismet_words
-- The next of what clients said of texts.
select distinct author_id as id, null::bytea as sealed from akismet_word w
where author_id > $1 and substr(uuid_send(author_id), 1, length($2::bytea)) <> $2
  and not exists (select from comment_contact k where k.author_id = w.author_id)
order by author_id limit $3

-- name: count
-- How many authors with an address are left.
select count(*) from comment_contact where substr(uuid_send(author_id), 1, length($1::bytea)) <> $1

-- name: move
-- Give authors their new ids; return how many got theirs.
select move_authors($1, $2, $3)

-- name: known
-- The first of some ids, which are one author's, that something is known under.
select given.id from unnest($1::uuid[]) with ordinality as given (id, place)
where exists (select from comment_contact k where k.author_id = given.id)
   or exists (select from comment c where c.author_id = given.id)
order by given.place limit 1
