-- The last chunk ends the campaign. The caller has locked the campaign's row, so that of two
-- senders that finish together the second sees the first one's chunk.
UPDATE campaigns_campaign
SET state = 'done', finished_at = now(), updated_at = now()
WHERE brand_id = %(brand_id)s AND id = %(campaign_id)s AND state = 'sending'
  AND NOT EXISTS (
      SELECT 1
      FROM campaigns_chunk AS chunk
      WHERE chunk.brand_id = %(brand_id)s AND chunk.campaign_id = %(campaign_id)s
        AND chunk.state <> 'done'
  )
