-- The language in which a person reads the pages: null of their browser's, as everybody had it.
alter table staff add column language text constraint staff_language_check check (language ~ '^[a-z]{2,3}$');
