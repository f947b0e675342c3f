-- lock_timeout: 10s
-- An idempotency key counts once whatever month its comment is of, so keys have a table of their own: a table that is cut
-- by month can tell apart the keys of one month only. Until all are there, both places say what is taken.
create table comment_key (
    site_id         uuid not null,
    idempotency_key text not null,
    comment_id      uuid not null,
    primary key (site_id, idempotency_key)
);
create index comment_key_of_comment on comment_key (comment_id);

-- What is under way while the tables are cut goes on in the tables of months, where no index has the key.
do $do$ begin
    execute replace(replace(
        pg_get_functiondef('place_comments(jsonb, uuid, uuid)'::regprocedure),
        $form$on conflict (site_id, idempotency_key) where idempotency_key is not null do nothing$form$,
        $form$on conflict do nothing$form$
    ),
        $form$        ), contact as ($form$,
        $form$        ), keyed as (
            insert into comment_key (site_id, idempotency_key, comment_id)
            select w.site_id, w.idempotency_key, w.id from written w where w.idempotency_key is not null
            on conflict do nothing
        ), contact as ($form$
    );
end $do$;

create function release_key() returns trigger language plpgsql set search_path from current as $$
begin
    delete from comment_key where comment_id = new.id;
    return null;
end $$;
create trigger release_key after update of idempotency_key on comment
    for each row when (old.idempotency_key is not null and new.idempotency_key is null)
    execute function release_key();
