-- The export of decisions. No query here reads a contact, a name or a moderator's note.

-- name: decisions
-- The next $9 decisions after the place ($6, $7, $8), with the text they were about; erased comments are left out.
select c.id as comment_id, d.version, d.at, s.name as site, coalesce(was.body, c.body) as text,
       case when was.body is null then c.language else was.language end as language,
       d.action, d.actor::text as actor, d.to_status::text as status, d.reason, d.reasons, d.scores,
       d.model_version,
       exists (select from decision u where u.comment_id = d.comment_id and u.undoes = d.version)
           as undone
from decision d
join comment c on c.id = d.comment_id
join site s on s.id = c.site_id
left join lateral (
    select e.body, e.language from edit e
    where e.comment_id = d.comment_id and e.version > d.version order by e.version limit 1
) was on true
where c.status <> 'erased'
  and d.at >= coalesce($1::timestamptz, '-infinity')
  and d.at < $2::timestamptz
  and ($3::text is null or d.actor::text = $3)
  and ($4::uuid is null or c.site_id = $4)
  and ($5::uuid[] is null or c.site_id = any($5))
  and (d.at, d.comment_id, d.version) > ($6::timestamptz, $7::uuid, $8::integer)
order by d.at, d.comment_id, d.version
limit $9;
