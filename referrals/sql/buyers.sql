-- Whoever placed these orders, locked in the order of their ids until the transaction ends; nobody
-- where no programme ever began, so that brands without one pay for one look.
--
-- brand_id; order_ids: bigint[].
SELECT c.id
FROM customers_customer AS c
WHERE c.brand_id = %(brand_id)s
  AND c.id = ANY(ARRAY(
      SELECT o.customer_id FROM customers_order AS o
      WHERE o.brand_id = %(brand_id)s AND o.id = ANY(%(order_ids)s::bigint[])
        AND EXISTS (
            SELECT FROM referrals_programme AS p
            WHERE p.brand_id = %(brand_id)s AND p.version >= 1
        )
  ))
ORDER BY c.id
FOR NO KEY UPDATE
