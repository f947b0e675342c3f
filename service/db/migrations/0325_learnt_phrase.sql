-- lock_timeout: 10s
-- What nearly only rejected comments of a site say: each phrase was put on the site's list of held words once, for so
-- many of different authors that people rejected. Who takes the entry out has the last word.
create table learnt_phrase (
    site_id uuid not null references site (id) on delete cascade,
    phrase text not null constraint learnt_phrase_phrase_check check (length(phrase) between 1 and 100),
    rejected integer not null constraint learnt_phrase_rejected_check check (rejected > 0),
    at timestamptz not null default now(),
    primary key (site_id, phrase)
);
