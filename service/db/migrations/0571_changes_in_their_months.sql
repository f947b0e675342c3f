-- lock_timeout: 10s
-- What a decision does reads and writes months of its comments alone, by plans that each session makes once: planned
-- anew for a list of ids each time, that costs more than the rest. From the smallest id to the largest is what lets a
-- plan that was made for any ids leave the other months alone.

-- Locked in one order so that two bulks cannot deadlock. Their ids stay: a reply, which may hold its page already, does
-- not wait for a parent whose change then waits for that page.
create function lock_comments(ids uuid[])
returns table (id uuid, site_id uuid, status comment_status, version integer, action text, staff_id uuid,
               from_status comment_status, reason text, actor actor_kind, person text, claimed_by uuid, audited boolean,
               answers boolean)
language plpgsql rows 10 set search_path from current set plan_cache_mode = force_generic_plan
set enable_seqscan = off as $$
#variable_conflict use_column
declare
    low uuid := (select each from unnest(ids) each order by each limit 1);
    high uuid := (select each from unnest(ids) each order by each desc limit 1);
begin
    return query
    select c.id, c.site_id, c.status, c.version,
           newest.action, newest.staff_id, newest.from_status, newest.reason,
           newest.actor, newest.person,
           claim.staff_id as claimed_by,
           c.audited_version is not distinct from c.version as audited,
           audit.answered_version is not distinct from c.version as answers
    from comment c
    left join audit on audit.comment_id = c.id
    join decision newest on newest.comment_id = c.id and newest.version = c.version and newest.comment_id between low and high
    left join claim on claim.comment_id = c.id and claim.expires_at > now()
    where c.id = any (ids) and c.id between low and high
    order by c.id
    for no key update of c;
end $$;

create function change_comments(given jsonb) returns void
language plpgsql set search_path from current set plan_cache_mode = force_generic_plan set enable_seqscan = off
set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
    low uuid := (select (each ->> 'id')::uuid from jsonb_array_elements(given) each order by 1 limit 1);
    high uuid := (select (each ->> 'id')::uuid from jsonb_array_elements(given) each order by 1 desc limit 1);
begin
    with asked as materialized (
        select * from jsonb_to_recordset(given) as a (
            id uuid, version integer, from_status comment_status, to_status comment_status, action text,
            actor actor_kind, staff_id uuid, reason text, note text, undoes integer, notice_id uuid,
            person text, audit text, reasons text[], risk real, bands jsonb)
    ), recorded as (
        insert into decision (
            comment_id, version, from_status, to_status, action, actor, staff_id, reason, note,
            scores, model_version, undoes, person, reasons, bands, linear_scores
        )
        select c.id, a.version, a.from_status, a.to_status, a.action, a.actor, a.staff_id, a.reason,
            a.note, c.scores, c.model_version, a.undoes, a.person, coalesce(a.reasons, '{}'),
            coalesce(a.bands, '{}'), case when a.bands is not null then c.linear_scores end
        from asked a join comment c on c.id = a.id and c.id between low and high
    ), unclaimed as (
        delete from claim using asked a where claim.comment_id = a.id
    ), unsent as (
        select n.id, n.comment_id
        from asked a
        join outbox n on n.comment_id = a.id and n.version = a.undoes and n.kind = 'webhook'
        join decision d on d.comment_id = n.comment_id and d.version = n.version
            and d.comment_id between low and high and d.from_status = a.to_status
        where n.delivered_at is null and n.failed_at is null and n.sent_at is null and n.next_at <= now()
        for update of n skip locked
    ), recalled as (
        update outbox n set failed_at = now(), recalled = true from unsent where n.id = unsent.id
    ), noticed as (
        insert into outbox (id, site_id, comment_id, version, status)
        select a.notice_id, c.site_id, c.id, a.version, a.to_status
        from asked a join comment c on c.id = a.id and c.id between low and high
        join site on site.id = c.site_id and site.own_settings ? 'webhook_url'
        where a.to_status <> a.from_status and not exists (select from unsent where unsent.comment_id = a.id)
    ), audited as (
        update audit set answered_version = case a.audit when 'answered' then a.version end
        from asked a where audit.comment_id = a.id and a.audit is not null
    )
    update comment c set status = a.to_status, version = a.version, decided_at = now(),
        audited_version = case a.audit when 'opened' then a.version end,
        reasons = coalesce(a.reasons, c.reasons), risk = coalesce(a.risk, c.risk)
    from asked a where c.id = a.id and c.id between low and high;
end $$;
