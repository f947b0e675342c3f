-- `write_comments` as it was, which also knows of authors whose comments were approved never, or often and
-- always, and of pages that close by themselves. Rejections of an author count until as many were approved.
--
-- One with another name: the release before runs on with its own.

-- Whether a page takes no comments: closed by hand, or its first comment that is shown is before an id.
create function page_is_closed(of_site uuid, key bytea, before uuid) returns boolean
language plpgsql stable set search_path from current as $$
begin
    if exists (select from closed_page c where c.site_id = of_site and c.page_key = key) then
        return true;
    end if;
    return before is not null and coalesce((
        select c.id < before from comment c
        where c.site_id = of_site and c.page_key = key and c.status = 'approved' order by c.id limit 1
    ), false);
end $$;

create function take_comments(given jsonb, minute uuid, day uuid)
returns table (place integer, known text[])
language plpgsql volatile set search_path from current as $$
#variable_conflict use_column
declare
    wave_now integer;
begin
    perform pg_advisory_xact_lock(in_order.lock) from (
        select distinct key.lock from (
            select uuid_hash_extended(author.author_id, 0) as lock  -- as erasing takes it: author_lock
            from jsonb_to_recordset(given) as author (author_id uuid) where author.author_id is not null
            union all
            select unnest(other.locks) from jsonb_to_recordset(given) as other (locks bigint[])
        ) key order by key.lock
    ) in_order;
    for wave_now in
        select distinct r.wave from jsonb_to_recordset(given) as r (wave integer) order by r.wave
    loop
        return query
        with asked as materialized (
            select r.*, array_remove(array[
                case when r.idempotency_key is not null and exists (
                    select from comment c
                    where c.site_id = r.site_id and c.idempotency_key = r.idempotency_key
                ) then 'key_taken' end,
                case when page_is_closed(r.site_id, r.page_key, r.closes_before) then 'page_closed' end,
                case when r.parent_id is not null and not exists (
                    select from comment c where c.id = r.parent_id and c.site_id = r.site_id
                        and c.page_key = r.page_key and c.status <> 'erased'
                ) then 'no_parent' end,
                case when exists (
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
            ], null) as found
            from jsonb_to_recordset(given) as r (
                place integer, wave integer, expected text[], write boolean, same_text integer,
                rejected_before integer, hold_new boolean, trusted_after integer, closes_before uuid,
                author_per_minute integer, origin_per_minute integer,
                id uuid, site_id uuid, author_id uuid, email bytea, page text, page_key bytea,
                parent_id uuid, origin bytea, name text, website text, body text, fingerprint bytea,
                external_id text, idempotency_key text, request_digest bytea, status comment_status,
                reasons text[], scores jsonb, risk real, language text, model_version text,
                submitted_at timestamptz, actor actor_kind, bands jsonb, notice_id uuid,
                linear_scores jsonb
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
                f.status, f.reasons, f.scores, f.risk, f.language, f.model_version, f.submitted_at,
                f.submitted_at, f.linear_scores
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
            insert into notice (id, site_id, comment_id, version, status)
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
