-- How far the import of an uploaded file is: which step, since when, and which part of it is done.
alter table import_run
    add column step text check (step in ('read', 'write')),
    add column step_at timestamptz,
    add column part real not null default 0 check (part between 0 and 1);
