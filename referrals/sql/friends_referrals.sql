-- The referrals of these people, known as customers or by an address, or by these orders.
--
-- brand_id; records: bigint[]; friend_keys: text[]; order_ids: bigint[].
SELECT r.id, r.programme_id, r.version_id, r.advocate_id, r.friend_id, r.friend_key,
       r.friend_label, r.state, r.reason, r.touch_id, r.channel, r.order_id, r.qualified_at,
       r.updated_at, c.merged_into_id
FROM referrals_referral AS r
LEFT JOIN customers_customer AS c ON c.brand_id = %(brand_id)s AND c.id = r.friend_id
WHERE r.brand_id = %(brand_id)s
  AND r.id = ANY(ARRAY(  -- a step of its own for each index
      SELECT id FROM referrals_referral
      WHERE brand_id = %(brand_id)s AND friend_id = ANY(%(records)s::bigint[])
      UNION
      SELECT id FROM referrals_referral
      WHERE brand_id = %(brand_id)s AND friend_key <> ''
        AND friend_key = ANY(%(friend_keys)s::text[])
      UNION
      SELECT id FROM referrals_referral
      WHERE brand_id = %(brand_id)s AND order_id = ANY(%(order_ids)s::bigint[])
  ))
ORDER BY r.id
