-- lock_timeout: 10s
-- Same texts, used keys and parents are looked up by their own indexes from the first comment on. While a table is
-- small or has no statistics, all indexes that begin with the site seem to cost the same, and by what a session planned
-- then every new comment read all comments of the site, until statistics were made anew. In the order that is asked
-- for here texts and keys have one index that needs no sort, which the planner prefers where costs are alike; a parent
-- is found by its id, and its site looked at then.
do $do$ begin
    execute replace(replace(replace(replace(
        pg_get_functiondef('place_comments(jsonb, uuid, uuid)'::regprocedure),
        $form$c.fingerprint = r.fingerprint and c.id >= day
                        limit r.same_text$form$,
        $form$c.fingerprint = r.fingerprint and c.id >= day
                        order by c.id limit r.same_text$form$
    ),
        $form$case when r.idempotency_key is not null and exists (
                    select from comment c
                    where c.site_id = r.site_id and c.idempotency_key = r.idempotency_key
                ) then 'key_taken' end$form$,
        $form$case when r.idempotency_key is not null and (
                    select true from comment c
                    where c.site_id = r.site_id  -- by an equality no order would be asked for
                        and c.idempotency_key between r.idempotency_key and r.idempotency_key
                    order by c.idempotency_key limit 1
                ) then 'key_taken' end$form$
    ),
        $form$not exists (
                    select from comment c where c.id = r.parent_id and c.site_id = r.site_id
                        and c.page_key = r.page_key and c.status <> 'erased'
                ) then 'no_parent' end$form$,
        $form$(
                    select c.site_id = r.site_id and c.page_key = r.page_key and c.status <> 'erased'
                    from comment c where c.id = r.parent_id
                ) is not true then 'no_parent' end$form$
    ),
        $form$r.parent_id is not null and exists (
                    select from comment c where c.id = r.parent_id and c.site_id = r.site_id
                        and c.status in ('pending', 'rejected')
                ) then 'parent_hidden' end$form$,
        $form$(
                    select c.site_id = r.site_id and c.status in ('pending', 'rejected')
                    from comment c where c.id = r.parent_id
                ) then 'parent_hidden' end$form$
    );
end $do$;
