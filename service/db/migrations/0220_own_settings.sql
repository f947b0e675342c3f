-- lock_timeout: 10s
-- A site's settings without its lists of words, which the release before reads and writes in `settings`:
-- a list of thousands was read with every look at a key or a webhook.
alter table site add column own_settings jsonb not null
    generated always as (settings - '{blocked_words,held_words}'::text[]) stored;
