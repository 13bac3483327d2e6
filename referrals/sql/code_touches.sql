-- Orders with an advocate's code on them, or with the coupon a friend was given, leave a touch: one
-- for each order and code, however often they are looked at.
--
-- Begins with `wanted`, the orders to look at: these_orders.sql, or orders_of_file.sql.
--
-- brand_id.
word AS MATERIALIZED (  -- each spelled once, not once more for each code it is compared with
    SELECT o.id, o.customer_id, o.source, o.source_id, o.placed_at,
           left(upper(regexp_replace(code, '[\s-]', '', 'g')), 40) AS code_norm,
           upper(btrim(code)) AS coupon_norm
    FROM wanted AS o
    CROSS JOIN LATERAL jsonb_array_elements_text(o.discount_codes) AS code
),
found AS (
    SELECT w.id, w.customer_id, w.source, w.source_id, w.placed_at, a.programme_id,
           a.id AS advocate_id, c.id AS code_id, 'code' AS channel,
           jsonb_build_object('order', w.id) AS evidence, c.id::text AS name
    FROM word AS w
    JOIN referrals_referralcode AS c
        ON c.brand_id = %(brand_id)s AND c.code_norm = w.code_norm
    JOIN referrals_advocate AS a ON a.brand_id = %(brand_id)s AND a.id = c.advocate_id
    UNION ALL
    SELECT w.id, w.customer_id, w.source, w.source_id, w.placed_at, r.programme_id,
           r.advocate_id, NULL, coalesce(f.channel, 'code'),
           jsonb_build_object('order', w.id, 'reward', r.id), 'reward ' || r.id
    FROM word AS w
    JOIN campaigns_coupon AS k ON k.brand_id = %(brand_id)s AND k.code_norm = w.coupon_norm
    JOIN referrals_reward AS r ON r.brand_id = %(brand_id)s AND r.coupon_id = k.id
    LEFT JOIN referrals_referral AS f ON f.brand_id = %(brand_id)s AND f.id = r.referral_id
    WHERE r.side = 'friend'
)
INSERT INTO referrals_touch (
    brand_id, programme_id, advocate_id, code_id, kind, channel, at, visitor, friend_key,
    customer_id, order_source, order_ref, network, is_machine, evidence, source, source_id
)
SELECT %(brand_id)s::bigint, programme_id, advocate_id, code_id, 'code', channel, placed_at, '', '',
       customer_id, source, source_id, '', false, evidence, 'order', id || ':' || name
FROM found
ON CONFLICT DO NOTHING
