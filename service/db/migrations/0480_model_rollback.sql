-- Whether a version became active by going back to it: going back twice goes two back.
alter table model_event add column is_rollback boolean not null default false;
