-- What is looked at before rewards are promised: the advocates, locked in the order of their ids, of
-- those that were not told of before; then which ones were by now; lines that took money; the
-- brand's currency.
--
-- brand_id; referral_ids: bigint[], triggers: text[], advocate_ids: bigint[], side by side;
-- order_ids: bigint[].
SELECT a.id, a.customer_id, a.arm, a.joined_at
FROM referrals_advocate AS a
WHERE a.brand_id = %(brand_id)s
  AND a.id = ANY(ARRAY(
      SELECT e.advocate_id
      FROM unnest(%(referral_ids)s::bigint[], %(triggers)s::text[], %(advocate_ids)s::bigint[])
          AS e (referral_id, trigger, advocate_id)
      LEFT JOIN referrals_reward AS r
          ON r.brand_id = %(brand_id)s AND r.referral_id = e.referral_id
          AND r.trigger = e.trigger
      WHERE r.id IS NULL
  ))
ORDER BY a.id
FOR NO KEY UPDATE;
SELECT r.referral_id, r.trigger
FROM referrals_reward AS r
WHERE r.brand_id = %(brand_id)s AND r.referral_id = ANY(%(referral_ids)s::bigint[]);
SELECT l.order_id, l.position, l.total_minor
FROM customers_orderline AS l
WHERE l.brand_id = %(brand_id)s AND l.order_id = ANY(%(order_ids)s::bigint[])
  AND l.total_minor > 0
ORDER BY l.order_id, l.position;
SELECT b.currency FROM accounts_brand AS b WHERE b.id = %(brand_id)s
