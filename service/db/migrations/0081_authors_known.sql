-- statement_timeout: 10min
-- Those who wrote before authors had rows. New ones get theirs meanwhile.
insert into author (author_id, site_id) select author_id, site_id from comment_contact
on conflict (author_id) do nothing;
