-- Authors as moderators know them: under an id that tells nothing of who it is, and with what was
-- decided about whatever they write next.
--
-- `author_id` is the keyed digest that one address has on a site; it stays inside. A row comes and
-- goes with the contact, whichever release writes that.
create table author (
    id        uuid primary key default gen_random_uuid(),
    author_id uuid not null unique references comment_contact (author_id) on delete cascade,
    site_id   uuid not null references site (id),
    standing  text not null default 'normal' check (standing in ('trusted', 'normal', 'held', 'banned')),
    until     timestamptz,               -- when the standing ends and is normal again; null: never
    version   integer not null default 1 -- counts its changes
);

-- Every change of a standing, append-only. `author` is the row's id above, which may be gone.
create table standing_change (
    id            bigint generated always as identity primary key,
    author        uuid not null,
    site_id       uuid not null references site (id),
    staff_id      uuid not null references staff (id),
    version       integer not null,  -- which it made
    from_standing text not null,
    from_until    timestamptz,
    standing      text not null,
    until         timestamptz,
    note          text,
    undoes        integer,           -- the version that was taken back
    at            timestamptz not null default now(),
    unique (author, version)
);
create trigger standing_change_append_only before update or delete on standing_change
    for each row execute function refuse_change();

create function author_of_contact() returns trigger language plpgsql set search_path from current as $$
begin
    insert into author (author_id, site_id) values (new.author_id, new.site_id)
    on conflict (author_id) do nothing;
    return null;
end $$;
create trigger author_of_contact after insert on comment_contact
    for each row execute function author_of_contact();

-- Who is forgotten takes along what moderators wrote about them.
create function forget_author() returns trigger language plpgsql set search_path from current as $$
begin
    update standing_change set note = null where author = old.id and note is not null;
    return null;
end $$;
create trigger forget_author after delete on author for each row execute function forget_author();
