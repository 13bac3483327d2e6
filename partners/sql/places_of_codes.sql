-- What a partner's own codes can be for: its offers that customers have or will have, and its pools
-- whose codes are not made here; the newest first.
--
-- brand_id, partnership_id; placed: states of such offers.
SELECT 'offer' AS kind, id, name
FROM partners_offer
WHERE brand_id = %(brand_id)s AND partnership_id = %(partnership_id)s AND state = ANY(%(placed)s)
UNION ALL
SELECT 'pool', id, name
FROM partners_voucherpool
WHERE brand_id = %(brand_id)s AND partnership_id = %(partnership_id)s
  AND closed_at IS NULL AND NOT makes_more
ORDER BY kind, id DESC
