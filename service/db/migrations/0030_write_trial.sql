-- Written to and rolled back when it is asked whether the database can be written to; always empty.
-- No index and no key: so what was rolled back is cleared away by the next trial.
create table write_trial (
    at timestamptz not null default now()
);
