-- lock_timeout: 10s
-- New comments in fewer steps, by plans that stay as good while tables grow: what a session planned when a table
-- was small read all of it for every comment later on, until statistics were made anew. So these functions, and
-- what they set off, go by indexes alone.

-- Decides about new comments and writes those whose verdicts expect what is so. It takes the sites' moving locks,
-- then the authors' and what else comments share, all in one order; each wave is a statement that sees what those
-- before it wrote. A comment for a page that has moved is only told so.
create or replace function place_comments(given jsonb, minute uuid, day uuid)
returns table (place integer, known text[])
language plpgsql volatile set search_path from current
set enable_seqscan to off set enable_hashjoin to off set enable_mergejoin to off
set plan_cache_mode to force_generic_plan as $$
#variable_conflict use_column
declare
    waves integer;
begin
    select max(held.wave) into waves from (
        select asked.wave, case when asked.shared then pg_advisory_xact_lock_shared(asked.lock)
                                else pg_advisory_xact_lock(asked.lock) end
        from (
            select key.shared, key.lock, max(r.wave) as wave
            from jsonb_to_recordset(given) as r (wave integer, site_id uuid, author_id uuid, locks bigint[]),
            lateral (
                select true as shared, moving_lock(r.site_id) as lock
                union all
                select false, uuid_hash_extended(r.author_id, 0)  -- as erasing takes it: author_lock
                where r.author_id is not null
                union all
                select false, each from unnest(r.locks) each
            ) key
            group by key.shared, key.lock order by key.shared desc, key.lock
        ) asked
    ) held;
    for wave_now in 1 .. coalesce(waves, 0) loop
        return query
        with asked as materialized (
            select r.*, case when exists (
                select from moved_page m where m.site_id = r.site_id and m.from_key = r.page_key
            ) then array['page_moved'] else array_remove(array[
                case when r.idempotency_key is not null and exists (
                    select from comment c
                    where c.site_id = r.site_id and c.idempotency_key = r.idempotency_key
                ) then 'key_taken' end,
                case when page_is_closed(r.site_id, r.page_key, r.closes_before) then 'page_closed' end,
                case when r.parent_id is not null and not exists (
                    select from comment c where c.id = r.parent_id and c.site_id = r.site_id
                        and c.page_key = r.page_key and c.status <> 'erased'
                ) then 'no_parent' end,
                case when r.parent_id is not null and exists (
                    select from comment c where c.id = r.parent_id and c.site_id = r.site_id
                        and c.status in ('pending', 'rejected')
                ) then 'parent_hidden' end,
                case when author.rejected >= r.rejected_before and author.approved < author.rejected
                    then 'author_record' end,
                case when r.hold_new and author.approved = 0 then 'author_new' end,
                case when author.approved >= r.trusted_after and author.rejected = 0
                    then 'author_proven' end,
                case when author.same or r.same_text > 0 and (
                    select count(*) from (
                        select from comment c
                        where c.site_id = r.site_id and c.fingerprint = r.fingerprint and c.id >= day
                        limit r.same_text
                    ) same_text
                ) >= r.same_text then 'repeated' end,
                case when (
                    select count(*) from (
                        select from comment c where c.author_id = r.author_id and c.id >= minute
                        limit r.author_per_minute
                    ) of_author
                ) >= r.author_per_minute or (
                    select count(*) from (
                        select from comment c where c.origin = r.origin and c.id >= minute
                        limit r.origin_per_minute
                    ) of_origin
                ) >= r.origin_per_minute then 'flood' end,
                (
                    select 'author_' || a.standing from author a
                    where a.author_id = r.author_id and a.standing <> 'normal'
                      and (a.until is null or a.until > statement_timestamp())
                )
            ], null) end as found
            from jsonb_to_recordset(given) as r (
                place integer, wave integer, expected text[], write boolean, same_text integer,
                rejected_before integer, hold_new boolean, trusted_after integer, closes_before uuid,
                author_per_minute integer, origin_per_minute integer,
                id uuid, site_id uuid, author_id uuid, email bytea, page text, page_key bytea,
                parent_id uuid, origin bytea, name text, website text, body text, fingerprint bytea,
                external_id text, idempotency_key text, request_digest bytea, status comment_status,
                reasons text[], scores jsonb, risk real, language text, model_version text,
                submitted_at timestamptz, written_at timestamptz, actor actor_kind, bands jsonb,
                notice_id uuid, linear_scores jsonb
            ), lateral (
                select count(*) filter (where latest.status = 'approved') as approved,
                       count(*) filter (where latest.status = 'rejected') as rejected,
                       coalesce(bool_or(latest.page_key = r.page_key
                           and latest.fingerprint = r.fingerprint and latest.id >= day), false) as same
                from (
                    select c.id, c.status, c.page_key, c.fingerprint from comment c
                    where c.author_id = r.author_id order by c.id desc limit 200
                ) latest
            ) author
            where r.wave = wave_now
        ), fit as (
            select * from asked where found = expected and write
        ), new as (
            insert into comment (
                id, site_id, author_id, page, page_key, parent_id, origin, name, website, body,
                fingerprint, external_id, idempotency_key, request_digest, status, reasons, scores,
                risk, language, model_version, submitted_at, decided_at, linear_scores
            )
            select f.id, f.site_id, f.author_id, f.page, f.page_key, f.parent_id, f.origin, f.name,
                f.website, f.body, f.fingerprint, f.external_id, f.idempotency_key, f.request_digest,
                f.status, f.reasons, f.scores, f.risk, f.language, f.model_version,
                coalesce(f.written_at, f.submitted_at), f.submitted_at, f.linear_scores
            from fit f
            on conflict (site_id, idempotency_key) where idempotency_key is not null do nothing
            returning comment.id
        ), written as (
            select f.* from fit f join new using (id)
        ), contact as (
            insert into comment_contact (author_id, site_id, email)
            select w.author_id, w.site_id, w.email from written w where w.email is not null
            on conflict (author_id) do nothing
        ), recorded as (
            insert into decision (
                comment_id, version, to_status, action, actor, reasons, scores, bands,
                model_version, at, linear_scores
            )
            select w.id, 1, w.status, 'submit', w.actor, w.reasons, w.scores, w.bands,
                w.model_version, w.submitted_at, w.linear_scores
            from written w
        ), noticed as (
            insert into outbox (id, site_id, comment_id, version, status)
            select w.notice_id, w.site_id, w.id, 1, w.status from written w
            where w.notice_id is not null
        )
        select a.place, a.found from asked a where a.found <> a.expected
        union all  -- a process of the release before took the key just now
        select f.place, array['key_taken'] from fit f where not exists (
            select from new where new.id = f.id
        );
    end loop;
end $$;

-- What no release called.
drop function keep_comments(jsonb, uuid, uuid);
drop function write_comments(jsonb, uuid, uuid);
drop function take_comments(jsonb, uuid, uuid);

create or replace function author_of_contact() returns trigger language plpgsql
set search_path from current set enable_seqscan to off as $$
begin
    insert into author (author_id, site_id) select a.author_id, a.site_id from added a order by a.author_id
    on conflict (author_id) do nothing;
    return null;
end $$;
drop trigger author_of_contact on comment_contact;
create trigger author_of_contact after insert on comment_contact
    referencing new table as added for each statement
    when (current_setting('search_path') <> '')  -- not in a load of data alone
    execute function author_of_contact();

create or replace function event_of_decision() returns trigger language plpgsql
set search_path from current set enable_seqscan to off as $$
begin
    insert into event (comment_id, version, site_id)
    select m.comment_id, m.version, (select c.site_id from comment c where c.id = m.comment_id)
    from made m
    where m.to_status is distinct from m.from_status and not m.reasons @> '{imported}'
    order by m.comment_id, m.version;
    return null;
end $$;

-- An array of words is sorted, and has each once, when it becomes a vector.
create or replace function search_words(form text) returns tsvector
language plpgsql immutable parallel safe strict set search_path = pg_catalog as $$
declare
    words text[] := array_remove(string_to_array(form, ' '), '');
begin
    if form ~ '[^ ]{61}' then
        words := array(select left(word, 60) from unnest(words) word);
    end if;
    return array_to_tsvector(words);
end $$;

-- Where no reader wishes for mail, looking for whom to tell ends here.
do $$ begin
    execute replace(
        pg_get_functiondef('reader_told'::regproc), 'if not exists (select from made where',
        'if not exists (select from reader_wish) or not exists (select from made where'
    );
end $$;

alter function require_decision() set enable_seqscan to off;
