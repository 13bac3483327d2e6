-- What the contact rules take these campaigns for.
SELECT id, contact_kind
FROM campaigns_campaign
WHERE brand_id = %(brand_id)s AND id = ANY(%(campaign_ids)s::bigint[])
