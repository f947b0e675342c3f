-- lock_timeout: 10s
-- Keys that stand in the pages of static sites. A process of the release before takes none of them.
alter table site_key drop constraint site_key_kind_check;
alter table site_key add constraint site_key_kind_check
    check (kind in ('bearer', 'akismet', 'sandbox', 'public'));
