-- How many vouchers of some pools are in each state and, as 'lately', were drawn since a moment. All
-- from one index, in its order: by state too, so that it leads to the few that were drawn lately.
--
-- brand_id; pool_ids: bigint[]; states: all of them; since.
SELECT pool_id, state, count(*)
FROM partners_voucher
WHERE brand_id = %(brand_id)s AND pool_id = ANY(%(pool_ids)s::bigint[])
GROUP BY pool_id, state
UNION ALL
SELECT pool_id, 'lately', count(*)
FROM partners_voucher
WHERE brand_id = %(brand_id)s AND pool_id = ANY(%(pool_ids)s::bigint[])
  AND state = ANY(%(states)s) AND drawn_at >= %(since)s
GROUP BY pool_id
