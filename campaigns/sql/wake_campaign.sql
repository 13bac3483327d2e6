-- Chunks that waited for a paused campaign are due again, at their own moment if they have one; of
-- a cancelled one at once, so that it is written down of each that nothing was sent.
UPDATE accounts_workitem
SET due_at = CASE campaign.state
        WHEN 'cancelled' THEN now()
        ELSE greatest(now(), chunk.due_at)
    END
FROM campaigns_chunk AS chunk
JOIN campaigns_campaign AS campaign
  ON campaign.brand_id = chunk.brand_id AND campaign.id = chunk.campaign_id
WHERE chunk.brand_id = %(brand_id)s AND chunk.campaign_id = %(campaign_id)s
  AND chunk.state = 'planned'
  AND accounts_workitem.brand_id = %(brand_id)s AND accounts_workitem.kind = %(kind)s
  AND accounts_workitem.ref_id = chunk.id
