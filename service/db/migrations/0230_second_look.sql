-- lock_timeout: 10s
-- Second looks: what a moderator decided is shown to another one as if it still waited, to learn how far
-- moderators agree. Such an audit has whose decision it is about; of an automatic decision it has nobody's.
alter table audit add column first_staff uuid references staff (id);
create index audit_second_look on audit (site_id, chosen_at) where first_staff is not null;
