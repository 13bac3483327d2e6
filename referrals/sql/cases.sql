-- The orders that something ties to an advocate, the touches that do it, the terms of their
-- programmes, and what was decided of these orders before.
--
-- brand_id; order_ids, touch_ids: bigint[].
SELECT o.id, o.customer_id, o.placed_at, o.gross_minor, o.channel, o.discount_codes, o.tags,
       o.cancelled_at, o.is_counted, o.simulated,
       c.merged_into_id, c.first_name, c.last_name, c.country, c.erased_at
FROM customers_order AS o
JOIN customers_customer AS c ON c.brand_id = %(brand_id)s AND c.id = o.customer_id
WHERE o.brand_id = %(brand_id)s AND o.id = ANY(%(order_ids)s::bigint[]);
SELECT t.id, t.programme_id, t.advocate_id, t.kind, t.channel, t.at, t.friend_key,
       a.customer_id, a.barred_at, c.erased_at
FROM referrals_touch AS t
JOIN referrals_advocate AS a ON a.brand_id = %(brand_id)s AND a.id = t.advocate_id
JOIN customers_customer AS c ON c.brand_id = %(brand_id)s AND c.id = a.customer_id
WHERE t.brand_id = %(brand_id)s AND t.id = ANY(%(touch_ids)s::bigint[]);
SELECT v.id, v.programme_id, v.number, v.terms, v.terms_hash, v.at,
       p.state, p.started_at, p.ended_at
FROM referrals_programmeversion AS v
JOIN referrals_programme AS p ON p.brand_id = %(brand_id)s AND p.id = v.programme_id
WHERE v.brand_id = %(brand_id)s
  AND v.programme_id = ANY(ARRAY(
      SELECT t.programme_id FROM referrals_touch AS t
      WHERE t.brand_id = %(brand_id)s AND t.id = ANY(%(touch_ids)s::bigint[])
  ))
ORDER BY v.number;
SELECT d.id, d.programme_id, d.referral_id, d.order_id, d.outcome, d.reason, d.evidence
FROM referrals_decision AS d
WHERE d.brand_id = %(brand_id)s AND d.order_id = ANY(%(order_ids)s::bigint[])
ORDER BY d.id
