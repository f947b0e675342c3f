-- Which websites a person's role is for: null of all, as everybody had it; else of these, one at least.
alter table staff add column sites uuid[] constraint staff_sites_check check (cardinality(sites) > 0);
