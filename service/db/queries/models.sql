-- Model versions and shadow scores. No query here reads a contact.

-- name: lock_versions
-- Let one change of model versions through at a time, until the transaction ends.
select pg_advisory_xact_lock(hashtext('moderation.model_version'));

-- name: states
-- The state of every version, the latest retired last.
select version, state::text as state from model_version order by changed_at, id;

-- name: serving
-- Which versions processes are to hold, and their digests.
select version, state::text as state, digest from model_version where state in ('active', 'shadow');

-- name: bundle
-- The files of one version, if they are still those of the digest; null takes any.
select bundle, card from model_version where version = $1 and ($2::text is null or digest = $2);

-- name: is_kept
-- Say whether what is kept of a version are these files: the SHA-256 of their archive, and their card.
select exists (select from model_version where version = $1 and sha256(bundle) = $2 and card = $3);

-- name: restore_version
-- Put a version's files in the place of damaged ones.
update model_version set bundle = $2, digest = $3, card = $4 where version = $1;

-- name: insert_version
-- Add a version, and record that.
with added as (
    insert into model_version (version, state, bundle, digest, card, changed_by)
    values ($1, $2::text::model_state, $3, $4, $5, $6)
    returning version, state, changed_by
)
insert into model_event (version, to_state, by) select version, state, changed_by from added;

-- name: set_state
-- Move a version to another state, and record that.
with before as (
    select version, state from model_version where version = $1
), changed as (
    update model_version set state = $2::text::model_state, changed_at = now(), changed_by = $3
    where version = $1
)
insert into model_event (version, from_state, to_state, by, why, is_rollback)
select version, state, $2::text::model_state, $3, $4, $5 from before;

-- name: activations
-- Every version that was active, in order. One that became so before events were kept is known by its leaving.
select version, is_rollback from model_event
where to_state = 'active' or from_state = 'active' order by id;

-- name: announce
-- Tell every process, once the transaction commits, that the versions to hold have changed.
select pg_notify('moderation', 'models');

-- name: versions
-- Every version with its figures on the held-out mix, the newest first; not the bundle. Those of both stages where it
-- has two: the first alone decides nothing then that anybody sees.
select version, state::text as state, left(card ->> 'made', 40) as made, digest, added_at,
       changed_at, changed_by, octet_length(bundle) as size,
       coalesce(card #> '{second_opinion,natural_mix}', card #> '{figures,natural_mix}') as figures
from model_version order by id desc;

-- name: version
-- One version with its whole card.
select version, state::text as state, digest, added_at, changed_at, changed_by,
       octet_length(bundle) as size, card
from model_version where version = $1;

-- name: cards
-- The cards of some versions; of one with a site's adaptation, the card of the model that it is on with what the
-- adaptation decides by. Of one that two sites have, made of the same annotations, either is the same.
select named.version, m.card || coalesce(own.card, '{}') as card
from unnest($1::text[]) named (version)
join model_version m on m.version = split_part(named.version, '+', 1)
left join lateral (
    select jsonb_build_object('adaptation', jsonb_build_object('stages', a.card -> 'stages', 'labels', a.card -> 'labels'))
        as card
    from adaptation a where a.version = named.version limit 1
) own on true;

-- name: insert_shadow_scores
-- Keep what the shadow model $1 says of comments that are still there; $2 a JSON array of rows.
insert into shadow_score
    (comment_id, model_version, scores, linear_scores, active_scores, active_linear_scores,
     language, rules, verdict)
select s.comment_id, $1, s.scores, s.linear_scores, s.active_scores, s.active_linear_scores,
       s.language, s.rules, s.verdict
from jsonb_to_recordset($2::jsonb) as s (
    comment_id uuid, language text, scores jsonb, linear_scores jsonb, active_scores jsonb,
    active_linear_scores jsonb, rules text[], verdict comment_status)
join comment c on c.id = s.comment_id
on conflict (comment_id, model_version) do nothing;

-- name: both_scores
-- What the shadow $1 and the active $2 said of the newest $3 comments, and moderators after them.
-- The active one's scores are those of its first verdict, or where a site's adaptation gave that
-- those of the version by itself; before they stood there whole, the linear ones stood in the comment.
select c.site_id, s.language as shadow_language, s.scores as shadow_scores,
       s.linear_scores as shadow_linear_scores, s.rules, c.language, coalesce(s.active_scores, first.scores) as scores,
       case when s.active_scores is not null then s.active_linear_scores
            else coalesce(first.linear_scores, c.linear_scores) end as linear_scores,
       said.to_status::text as moderator
from (
    select comment_id, language, scores, linear_scores, active_scores, active_linear_scores, rules
    from shadow_score
    where model_version = $1 and rules is not null
    order by comment_id desc limit $3
) s
join comment c on c.id = s.comment_id
join decision first on first.comment_id = s.comment_id and first.version = 1
left join lateral (
    select d.to_status from decision d
    where d.comment_id = s.comment_id and d.actor = 'moderator' and d.to_status in ('approved', 'rejected')
    order by d.version desc limit 1
) said on true
where first.actor = 'classifier' and (
    first.model_version = $2
    or s.active_scores is not null and starts_with(first.model_version, $2 || '+')
);
