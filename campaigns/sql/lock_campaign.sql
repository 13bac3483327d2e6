-- Chunks of one campaign finish one after the other.
SELECT id FROM campaigns_campaign
WHERE brand_id = %(brand_id)s AND id = %(campaign_id)s
FOR NO KEY UPDATE
