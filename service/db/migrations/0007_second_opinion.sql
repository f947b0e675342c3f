-- What the linear model said of a comment, where a second opinion took the place of its scores.
alter table comment add column linear_scores jsonb;
