-- Of these codes those that look as if they stood in public, with how many people used them within
-- `strangers_since` and how many networks came from coupon sites within `public_since`. The numbers
-- stand in referrals/rules/leaks.py.
SELECT code.id,
       count(DISTINCT coalesce(
           touch.customer_id::text,
           nullif(touch.friend_key, ''),
           nullif(touch.visitor, ''),
           touch.order_ref
       )) FILTER (
           WHERE touch.kind IN ('claim', 'code', 'visit') AND touch.at > %(strangers_since)s
       ) AS strangers,
       count(DISTINCT touch.network) FILTER (
           WHERE touch.kind = 'view' AND touch.evidence ? 'public'
             AND touch.at > %(public_since)s
       ) AS from_public
FROM referrals_referralcode AS code
JOIN referrals_touch AS touch
  ON touch.brand_id = %(brand_id)s
 AND touch.advocate_id = code.advocate_id
 AND touch.code_id = code.id
 AND touch.at > least(%(strangers_since)s::timestamptz, %(public_since)s::timestamptz)
WHERE code.brand_id = %(brand_id)s
  AND code.id = ANY(%(code_ids)s::bigint[])
  AND code.leaked_at IS NULL
  AND NOT touch.is_machine
GROUP BY code.id
ORDER BY code.id
