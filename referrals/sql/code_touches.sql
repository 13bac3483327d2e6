-- Orders with an advocate's code on them, or with the coupon a friend was given, leave a touch: one
-- for each order and code, however often they are looked at.
--
-- brand_id; order_ids: bigint[], or import_id: all orders of a file.
INSERT INTO referrals_touch (
    brand_id, programme_id, advocate_id, code_id, kind, channel, at, visitor, friend_key,
    customer_id, order_source, order_ref, network, is_machine, evidence, source, source_id
)
SELECT %(brand_id)s, found.programme_id, found.advocate_id, found.code_id, 'code', found.channel,
       o.placed_at, '', '', o.customer_id, o.source, o.source_id, '', false, found.evidence,
       'order', o.id || ':' || found.name
FROM customers_order AS o
CROSS JOIN LATERAL jsonb_array_elements_text(o.discount_codes) AS word
CROSS JOIN LATERAL (
    SELECT a.programme_id, a.id AS advocate_id, c.id AS code_id, 'code' AS channel,
           jsonb_build_object('order', o.id) AS evidence, c.id::text AS name
    FROM referrals_referralcode AS c
    JOIN referrals_advocate AS a ON a.brand_id = %(brand_id)s AND a.id = c.advocate_id
    WHERE c.brand_id = %(brand_id)s
      AND c.code_norm = left(upper(regexp_replace(word, '[\s-]', '', 'g')), 40)
    UNION ALL
    SELECT r.programme_id, r.advocate_id, NULL, coalesce(f.channel, 'code'),
           jsonb_build_object('order', o.id, 'reward', r.id), 'reward ' || r.id
    FROM campaigns_coupon AS k
    JOIN referrals_reward AS r ON r.brand_id = %(brand_id)s AND r.coupon_id = k.id
    LEFT JOIN referrals_referral AS f ON f.brand_id = %(brand_id)s AND f.id = r.referral_id
    WHERE k.brand_id = %(brand_id)s AND k.code_norm = upper(btrim(word)) AND r.side = 'friend'
) AS found
WHERE o.brand_id = %(brand_id)s AND o.customer_id IS NOT NULL AND o.discount_codes <> '[]'
  AND (o.id = ANY(%(order_ids)s::bigint[]) OR o.import_id = %(import_id)s)
ON CONFLICT DO NOTHING
