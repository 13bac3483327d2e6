-- Redemptions of vouchers of some pools, the newest first: nothing of guests.
--
-- brand_id; pool_ids: bigint[], as values, so that PostgreSQL knows how common they are; before: the
-- list begins behind this one; since: recorded since then; either may be null; most.
SELECT redemption.id,
       redemption.uid,
       redemption.via,
       redemption.paid_minor,
       redemption.at,
       redemption.recorded_at,
       redemption.taken_back_at,
       redemption.taken_back_reason,
       voucher.code,
       pool.kind,
       pool.value,
       pool.item
FROM partners_redemption AS redemption
JOIN partners_voucher AS voucher
  ON voucher.brand_id = %(brand_id)s AND voucher.id = redemption.voucher_id
JOIN partners_voucherpool AS pool
  ON pool.brand_id = %(brand_id)s AND pool.id = voucher.pool_id
WHERE redemption.brand_id = %(brand_id)s
  AND voucher.pool_id = ANY(%(pool_ids)s::bigint[])
  AND (%(before)s::bigint IS NULL OR redemption.id < %(before)s)
  AND (%(since)s::timestamptz IS NULL OR redemption.recorded_at >= %(since)s)
ORDER BY redemption.id DESC
LIMIT %(most)s
