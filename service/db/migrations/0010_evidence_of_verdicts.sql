-- What a verdict went by stands in its decision, and what the shadow model said can be judged anew
-- under the settings of the day: the linear scores beside the encoder's, the language that they are
-- for, and which of the site's rules held the comment. Rows of the release before have no rules and
-- are not compared; its `verdict` is written on for it.
alter table decision add column linear_scores jsonb;
alter table shadow_score add column linear_scores jsonb;
alter table shadow_score add column language text;
alter table shadow_score add column rules text[];
