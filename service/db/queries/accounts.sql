-- Sites, staff, their keys, tokens, links and sessions, and failed attempts.

-- name: pin
-- Keep a value that the whole installation must agree on, unless one is kept already.
insert into installation (name, value) values ($1, $2) on conflict (name) do nothing;

-- name: pinned
-- The value kept under a name.
select value from installation where name = $1;

-- name: repin
-- Replace the value kept under a name.
update installation set value = $2 where name = $1;

-- name: add_site
-- A new site.
insert into site (id, name, settings) values ($1, $2, $3);

-- name: site_by_name
-- One site, for commands.
select id, name, own_settings as settings
from site where name = $1;

-- name: list_sites
-- Every site, or those of $1, with its keys that are in force.
select s.id, s.name, s.own_settings as settings, s.created_at,
       coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'kind', k.kind, 'created_at', k.created_at)
                          order by k.created_at, k.id) filter (where k.id is not null), '[]') as keys
from site s left join site_key k on k.site_id = s.id and k.revoked_at is null
where ($1::uuid[] is null or s.id = any($1))
group by s.id order by s.name;

-- name: every_site
-- Every site with its settings.
select id, name, own_settings as settings from site;

-- name: set_site_settings
-- Replace a site's settings; the row stays locked by the reader that merged them. Its lists of words
-- stay there for the release before.
update site set settings = $2::jsonb || jsonb_strip_nulls(jsonb_build_object(
    'blocked_words', settings -> 'blocked_words', 'held_words', settings -> 'held_words'))
where id = $1;

-- name: lock_site
-- One site's settings, locked until the transaction ends; comments may come meanwhile.
select id, name, own_settings as settings
from site where name = $1 for no key update;

-- name: add_site_change
-- Keep what settings were and became, if that is not the same.
insert into site_change (id, site_id, staff_id, before, after)
select $1, $2, $3, $4, $5 where $4::jsonb <> $5::jsonb;

-- name: site_changes
-- The last changes of a site's settings, the newest first.
select staff.name as staff, c.before, c.after, c.at
from site_change c left join staff on staff.id = c.staff_id
where c.site_id = $1 order by c.id desc limit $2;

-- name: add_site_key
-- A new key of a site.
insert into site_key (id, site_id, kind, digest) values ($1, $2, $3, $4);

-- name: revoke_site_keys
-- Revoke every key of one kind of a site, but the one just made.
update site_key set revoked_at = now()
where site_id = $1 and kind = $2 and id <> $3 and revoked_at is null returning id;

-- name: revoke_site_key
-- Revoke one key of a site.
update site_key set revoked_at = now()
where id = $1 and site_id = $2 and revoked_at is null returning id;

-- name: site_by_key
-- The digest and site of a bearer key in force, be it for trying or for readers' browsers.
select k.digest, k.kind, s.id, s.name,
       s.own_settings as settings
from site_key k join site s on s.id = k.site_id
where k.id = $1 and k.kind in ('bearer', 'sandbox', 'public') and k.revoked_at is null;

-- name: open_site
-- A site whose published comments anybody may read: its pages hold a public key.
select id, name, settings - '{blocked_words,held_words}'::text[] as settings from site s
where name = $1 and settings ? 'origins' and exists (
    select from site_key k where k.site_id = s.id and k.kind = 'public' and k.revoked_at is null);

-- name: public_origins
-- Where pages may be that call with a public key in force.
select distinct jsonb_array_elements_text(s.own_settings -> 'origins') as origin
from site s where exists (
    select from site_key k where k.site_id = s.id and k.kind = 'public' and k.revoked_at is null);

-- name: site_by_akismet_key
-- The site of an Akismet key in force, found by the key's digest.
select k.digest, s.id, s.name, s.own_settings as settings
from site_key k join site s on s.id = k.site_id
where k.digest = $1 and k.kind = 'akismet' and k.revoked_at is null;

-- name: close_page
-- Take no more comments on a page.
insert into closed_page (site_id, page_key, page) values ($1, page_at($1, $2), $3) on conflict do nothing;

-- name: open_page
-- Take comments on a page again.
delete from closed_page where site_id = $1 and page_key = page_at($1, $2);

-- name: add_staff
-- A new member of staff.
insert into staff (id, name, role, sites) values ($1, $2, $3, $4);

-- name: staff_by_name
-- One member of staff who is not disabled, with the password's hash.
select id, name, role::text, sites, language, password_hash from staff where name = $1 and disabled_at is null;

-- name: staff_by_id
-- One member of staff who is not disabled.
select id, name, role::text, sites, language from staff where id = $1 and disabled_at is null;

-- name: list_staff
-- Every member of staff, with what they can sign in by.
select s.name, s.role::text,
       case when s.sites is not null then array(
           select site.name from site where site.id = any(s.sites) order by site.name
       ) end as sites, s.created_at, s.disabled_at, s.password_hash is not null as password,
       exists (select from second_factor f
               where f.staff_id = s.id and f.confirmed_at is not null) as second_factor,
       exists (select from identity i where i.staff_id = s.id) as identity,
       (select count(*) from staff_token t where t.staff_id = s.id and t.revoked_at is null) as tokens,
       (select count(*) from session e
        where e.staff_id = s.id and e.expires_at > now()) as sessions
from staff s order by s.name;

-- name: lock_staff
-- Let one change of who is enabled through at a time, until the transaction ends.
select pg_advisory_xact_lock(hashtext('moderation.staff'));

-- name: disable_staff
-- Shut a member of staff out: token, session and link are checked against this.
update staff set disabled_at = now() where name = $1 and disabled_at is null returning id;

-- name: enable_staff
-- Let a member of staff in again.
update staff set disabled_at = null where name = $1 and disabled_at is not null returning id;

-- name: set_role
-- Give a member of staff another role, for all sites or for some.
update staff set role = $2, sites = $3 where name = $1 and disabled_at is null returning id;

-- name: site_ids
-- The sites that have these names.
select id from site where name = any($1::text[]);

-- name: rename_site
-- Give a site another name.
update site set name = $1 where id = $2;

-- name: revoke_every_key
-- Revoke all keys of a site.
update site_key set revoked_at = now() where site_id = $1 and revoked_at is null;

-- name: remove_comments
-- Remove the next $2 comments of a site with all that is about them; how many they were.
select remove_comments($1, $2);

-- name: remove_site
-- Remove a site that has no comments any more.
select remove_site($1);

-- name: enabled_admins
-- How many admins of all sites can still sign in.
select count(*) from staff where role = 'admin' and sites is null and disabled_at is null;

-- name: set_password
-- Replace a password's hash.
update staff set password_hash = $2 where id = $1 and disabled_at is null;

-- name: set_language
-- Choose the language of the pages; null is the browser's.
update staff set language = $2 where id = $1;

-- name: add_staff_token
-- A new token.
insert into staff_token (id, staff_id, digest) values ($1, $2, $3);

-- name: revoke_staff_tokens
-- Revoke every token of a member of staff.
update staff_token set revoked_at = now() where staff_id = $1 and revoked_at is null;

-- name: staff_by_token
-- The digest and holder of a token in force.
select t.digest, s.id, s.name, s.role::text, s.sites, s.language
from staff_token t join staff s on s.id = t.staff_id
where t.id = $1 and t.revoked_at is null and s.disabled_at is null;

-- name: add_link
-- A sign-in link for some minutes.
insert into sign_in_link (digest, staff_id, expires_at)
values ($1, $2, now() + make_interval(mins => $3)) returning expires_at;

-- name: use_link
-- Use a link up, once, in time, for somebody who is not disabled.
update sign_in_link l set used_at = now() from staff s
where l.digest = $1 and l.used_at is null and l.expires_at > now()
  and s.id = l.staff_id and s.disabled_at is null
returning s.id, s.name, s.role::text, s.sites, s.language;

-- name: drop_links
-- Make every unused link of a member of staff worthless.
delete from sign_in_link where staff_id = $1 and used_at is null;

-- name: add_session
-- A new session with its absolute end.
insert into session (digest, staff_id, expires_at, by_provider)
values ($1, $2, now() + make_interval(hours => $3), $4) returning expires_at;

-- name: staff_by_session
-- The holder of a session that is neither idle for too long nor past its end.
select s.id, s.name, s.role::text, s.sites, s.language, e.expires_at, e.seen_at < now() - interval '1 minute' as stale,
       e.by_provider or exists (select from second_factor f
               where f.staff_id = s.id and f.confirmed_at is not null) as second_factor
from session e join staff s on s.id = e.staff_id
where e.digest = $1 and e.expires_at > now() and e.seen_at > now() - make_interval(hours => $2)
  and s.disabled_at is null;

-- name: touch_session
-- Note that a session is in use.
update session set seen_at = now() where digest = $1;

-- name: end_session
-- Sign out.
delete from session where digest = $1;

-- name: end_sessions
-- Sign out everywhere.
delete from session where staff_id = $1;

-- name: end_other_sessions
-- Sign out everywhere else.
delete from session where staff_id = $1 and digest <> $2;

-- name: end_all_sessions
-- Sign everyone out.
delete from session;

-- name: drop_all_links
-- Make every link worthless.
delete from sign_in_link;

-- name: sweep_sessions
-- Forget sessions past their end.
delete from session where expires_at < now() or seen_at < now() - make_interval(hours => $1);

-- name: sweep_links
-- Forget links past their end.
delete from sign_in_link where expires_at < now();
