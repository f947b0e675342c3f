-- What a command does is kept as well: of no person, since whoever runs it has the machine.
alter table admin_act alter column staff_id drop not null;
