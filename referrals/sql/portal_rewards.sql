-- A customer's rewards: what can be claimed, then what is to come, then what was; the newest first.
--
-- brand_id; customer_ids: bigint[]; most.
SELECT reward.id,
       reward.side,
       reward.rule,
       reward.kind,
       reward.unit,
       reward.amount_minor,
       reward.reversed_minor,
       reward.percent,
       reward.state,
       reward.is_held,
       reward.reason,
       reward.available_at,
       reward.expires_at,
       coalesce(referral.friend_label, ''),
       referral.appealed_at IS NOT NULL
FROM referrals_reward AS reward
LEFT JOIN referrals_referral AS referral
  ON referral.brand_id = %(brand_id)s AND referral.id = reward.referral_id
WHERE reward.brand_id = %(brand_id)s AND reward.customer_id = ANY(%(customer_ids)s::bigint[])
ORDER BY array_position(ARRAY['claimable', 'pending', 'issued'], reward.state::text), reward.id DESC
LIMIT %(most)s
