-- Contact keys that were taken after the first, newest last. `earlier` are those before it, sealed with it, since
-- author ids of the newest follow from theirs; `done_at` is when nobody's id was of an older one any more.
create table contact_key (
    number integer generated always as identity primary key,
    fingerprint text not null unique,
    earlier bytea not null,
    begun_at timestamptz not null default now(),
    done_at timestamptz
);

-- Give authors their ids of another contact key, with everything that is theirs; return how many got it. An address
-- is given sealed anew; of whom there is none now, or one since it was read, the next run takes care.
create function move_authors(former uuid[], latter uuid[], sealed bytea[])
returns integer language plpgsql set search_path from current as $$
declare
    olds uuid[];
    news uuid[];
    mails bytea[];
begin
    perform pg_advisory_xact_lock(key.lock) from (  -- as posting and erasing take them
        select distinct uuid_hash_extended(author, 0) as lock from unnest(former || latter) as author order by lock
    ) key;
    select array_agg(g.old), array_agg(g.new), array_agg(g.mail) into olds, news, mails
    from unnest(former, latter, sealed) as g (old, new, mail)
    left join comment_contact c on c.author_id = g.old
    where (c.author_id is null) = (g.mail is null);
    insert into comment_contact (author_id, site_id, email, created_at)
    select g.new, c.site_id, g.mail, c.created_at
    from unnest(olds, news, mails) as g (old, new, mail) join comment_contact c on c.author_id = g.old
    on conflict (author_id) do nothing;
    -- Who wrote meanwhile has two rows: the one that says more stays.
    update author a set mail_stopped_at = coalesce(a.mail_stopped_at, b.mail_stopped_at)
    from unnest(olds, news) as g (old, new) join author b on b.author_id in (g.old, g.new)
    where a.author_id in (g.old, g.new) and a.author_id <> b.author_id and b.mail_stopped_at is not null;
    delete from author a using unnest(olds, news) as g (old, new), author b
    where a.author_id = g.new and b.author_id = g.old and (a.standing = 'normal' or b.standing <> 'normal');
    update author a set author_id = g.new from unnest(olds, news) as g (old, new)
    where a.author_id = g.old and not exists (select from author b where b.author_id = g.new);
    -- The digest of a request holds the address too.
    update comment c set author_id = g.new, request_digest = null
    from unnest(olds, news) as g (old, new) where c.author_id = g.old;
    update label l set author_id = g.new from unnest(olds, news) as g (old, new) where l.author_id = g.old;
    update akismet_word w set author_id = g.new from unnest(olds, news) as g (old, new) where w.author_id = g.old;
    delete from comment_contact where author_id = any(olds);
    return coalesce(cardinality(olds), 0);
end $$;
