-- What admins did on the pages, append-only: websites, their keys, people. Changes of settings and of
-- models have records of their own; the page of acts shows all together.
create table admin_act (
    id       bigint generated always as identity primary key,
    staff_id uuid not null references staff (id),
    act      text not null check (act ~ '^[a-z_]{1,40}$'),
    about    text not null check (length(about) between 1 and 200),
    at       timestamptz not null default now()
);
create trigger admin_act_append_only before update or delete on admin_act
    for each row execute function refuse_change();
