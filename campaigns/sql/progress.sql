-- How far a campaign is, how fast it went since a moment, and how many wait for their turn; who
-- is held out was never on the way.
SELECT count(*),
       count(*) FILTER (WHERE at > %(since)s),
       min(at),
       (
           SELECT coalesce(sum(waiting), 0)::bigint
           FROM campaigns_chunk
           WHERE brand_id = %(brand_id)s AND campaign_id = %(campaign_id)s
       )
FROM campaigns_delivery
WHERE brand_id = %(brand_id)s AND campaign_id = %(campaign_id)s
  AND reason NOT IN ('brand_control', 'control')
