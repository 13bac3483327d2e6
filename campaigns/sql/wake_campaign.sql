-- Chunks that waited for a paused campaign are due again.
UPDATE accounts_workitem
SET due_at = now()
FROM campaigns_chunk AS chunk
WHERE chunk.brand_id = %(brand_id)s AND chunk.campaign_id = %(campaign_id)s
  AND chunk.state = 'planned'
  AND accounts_workitem.brand_id = %(brand_id)s AND accounts_workitem.kind = %(kind)s
  AND accounts_workitem.ref_id = chunk.id
