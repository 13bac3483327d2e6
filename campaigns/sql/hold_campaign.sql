-- A paused campaign's waiting chunks step aside, so that no sender takes them up in vain.
UPDATE accounts_workitem
SET due_at = greatest(accounts_workitem.due_at, now() + make_interval(secs => %(seconds)s))
FROM campaigns_chunk AS chunk
WHERE chunk.brand_id = %(brand_id)s AND chunk.campaign_id = %(campaign_id)s
  AND chunk.state = 'planned'
  AND accounts_workitem.brand_id = %(brand_id)s AND accounts_workitem.kind = %(kind)s
  AND accounts_workitem.ref_id = chunk.id AND accounts_workitem.owner IS NULL
