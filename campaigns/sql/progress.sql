-- How far a campaign is, and how fast it went since a moment; who is held out was never on
-- the way.
SELECT count(*),
       count(*) FILTER (WHERE at > %(since)s),
       min(at)
FROM campaigns_delivery
WHERE brand_id = %(brand_id)s AND campaign_id = %(campaign_id)s
  AND reason NOT IN ('brand_control', 'control')
