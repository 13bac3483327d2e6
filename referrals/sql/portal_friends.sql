-- One page of an advocate's friends, the newest first, each with the advocate's own reward for them
-- (from the eighth column on, as in portal_rewards.sql).
--
-- brand_id; advocate_ids: bigint[]; before: the page begins behind this one, or null; most.
SELECT friend.id,
       friend.friend_label,
       friend.state,
       friend.review,
       friend.reason,
       friend.appealed_at IS NOT NULL,
       placed.placed_on,
       reward.id,
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
       friend.friend_label,
       friend.appealed_at IS NOT NULL
FROM (
    SELECT * FROM referrals_referral
    WHERE brand_id = %(brand_id)s AND advocate_id = ANY(%(advocate_ids)s::bigint[])
      AND (%(before)s::bigint IS NULL OR id < %(before)s)
    ORDER BY id DESC LIMIT %(most)s
) AS friend
LEFT JOIN customers_order AS placed
  ON placed.brand_id = %(brand_id)s AND placed.id = friend.order_id
LEFT JOIN LATERAL (
    SELECT * FROM referrals_reward
    WHERE brand_id = %(brand_id)s AND referral_id = friend.id AND rule = 'advocate'
    ORDER BY id DESC LIMIT 1
) AS reward ON true
ORDER BY friend.id DESC
