-- Whom a website names as the one who decided in its own system; of no other decisions. Old rows name
-- nobody, so that the table need not be read through for the check.
alter table decision add column person text;
alter table decision add constraint decision_person_check
    check (person is null or (actor = 'site' and length(person) between 1 and 100)) not valid;
