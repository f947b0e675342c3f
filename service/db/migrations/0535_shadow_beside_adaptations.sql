-- What the active version by itself says of a comment that an adaptation scored: versions are
-- compared on these too, without what a site has taught one of them. Null: no adaptation did.
alter table shadow_score add column active_scores jsonb, add column active_linear_scores jsonb;
comment on column shadow_score.active_scores is
    'what the active version by itself says of a comment that an adaptation scored; null where none did';
comment on column shadow_score.active_linear_scores is
    'its linear scores where the encoder''s took their place in active_scores';
