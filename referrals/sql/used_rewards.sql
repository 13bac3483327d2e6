-- Rewards that were given out as coupons which these orders have used.
--
-- brand_id; order_ids: bigint[].
SELECT r.id
FROM campaigns_coupon AS k
JOIN referrals_reward AS r ON r.brand_id = %(brand_id)s AND r.coupon_id = k.id
WHERE k.brand_id = %(brand_id)s AND k.order_id = ANY(%(order_ids)s::bigint[])
  AND k.redeemed_at IS NOT NULL AND r.state = 'issued'
