-- All that is asked about friends and advocates at once: the records that are one person, by what
-- names they are known, what the friends bought, and who brought the advocates.
--
-- brand_id; friends, advocates: bigint[], ids of any of their records.
SELECT c.id, c.merged_into_id, c.email_norm
FROM customers_customer AS c
WHERE c.brand_id = %(brand_id)s
  AND (
      c.id = ANY(%(friends)s::bigint[] || %(advocates)s::bigint[])
      OR c.merged_into_id = ANY(%(friends)s::bigint[] || %(advocates)s::bigint[])
  );
SELECT i.customer_id, i.kind, i.value_norm
FROM customers_identity AS i
WHERE i.brand_id = %(brand_id)s AND i.kind IN ('email', 'phone')
  AND i.customer_id = ANY(ARRAY(
      SELECT coalesce(c.merged_into_id, c.id)
      FROM customers_customer AS c
      WHERE c.brand_id = %(brand_id)s
        AND c.id = ANY(%(friends)s::bigint[] || %(advocates)s::bigint[])
  ));
SELECT o.customer_id, o.placed_at, o.id
FROM customers_order AS o
WHERE o.brand_id = %(brand_id)s AND o.is_counted
  AND o.customer_id = ANY(ARRAY(
      SELECT coalesce(c.merged_into_id, c.id)
      FROM customers_customer AS c
      WHERE c.brand_id = %(brand_id)s AND c.id = ANY(%(friends)s::bigint[])
  ));
SELECT coalesce(f.merged_into_id, f.id), coalesce(c.merged_into_id, c.id)
FROM referrals_referral AS r
JOIN customers_customer AS f ON f.brand_id = %(brand_id)s AND f.id = r.friend_id
JOIN referrals_advocate AS a ON a.brand_id = %(brand_id)s AND a.id = r.advocate_id
JOIN customers_customer AS c ON c.brand_id = %(brand_id)s AND c.id = a.customer_id
WHERE r.brand_id = %(brand_id)s AND r.state IN ('qualified', 'rewarded')
  AND r.friend_id = ANY(ARRAY(
      SELECT coalesce(one.merged_into_id, one.id)
      FROM customers_customer AS one
      WHERE one.brand_id = %(brand_id)s AND one.id = ANY(%(advocates)s::bigint[])
      UNION ALL
      SELECT other.id
      FROM customers_customer AS one
      JOIN customers_customer AS other
          ON other.brand_id = %(brand_id)s
          AND other.merged_into_id = coalesce(one.merged_into_id, one.id)
      WHERE one.brand_id = %(brand_id)s AND one.id = ANY(%(advocates)s::bigint[])
  ))
