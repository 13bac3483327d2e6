-- Immediately before sending: who of these may still be written to (trust rule 11). One row per
-- customer without an outcome, in the given order; an empty reason means yes. {permission} is the
-- judgement of customers.selectors.audience. An erased address that came back by any way is known
-- again by its hash; whole audiences leave that to the doors, where such addresses are refused.
-- OFFSET 0 has everybody looked up alone and by index: quick also while the tables are fresh from
-- an import and have no statistics.
SELECT wanted.id,
       CASE
           WHEN person.id IS NULL OR person.erased_at IS NOT NULL THEN 'erased'
           WHEN person.merged_into_id IS NOT NULL OR served.is_there THEN 'merged'
           WHEN permission.reason <> '' THEN permission.reason
           WHEN erased.is_known THEN 'erased'
           ELSE ''
       END AS reason
FROM unnest(%(customer_ids)s::bigint[]) WITH ORDINALITY AS wanted (id, place)
LEFT JOIN LATERAL (
    SELECT customer.id, customer.email_norm, customer.erased_at, customer.merged_into_id
    FROM customers_customer AS customer
    WHERE customer.brand_id = %(brand_id)s AND customer.id = wanted.id
    OFFSET 0
) AS person ON true
LEFT JOIN LATERAL (
    SELECT judged.reason
    FROM ({permission}) AS judged
    WHERE judged.customer_id = wanted.id
    OFFSET 0
) AS permission ON true
LEFT JOIN LATERAL (
    SELECT true AS is_known
    FROM customers_suppression AS suppression
    WHERE suppression.brand_id = %(brand_id)s AND suppression.channel = 'email'
      AND suppression.address = encode(
          sha256(%(erased_outer)s::bytea || sha256(
              %(erased_inner)s::bytea || convert_to(person.email_norm, 'UTF8')
          )),
          'hex'
      )
    OFFSET 0
) AS erased ON true
LEFT JOIN LATERAL (
    SELECT true AS is_there
    FROM campaigns_delivery AS delivery
    WHERE delivery.brand_id = %(brand_id)s AND delivery.campaign_id = %(campaign_id)s
      AND delivery.customer_id = wanted.id
    OFFSET 0
) AS delivered ON true
-- Who got this message as a record that has become part of them since: one person, one mail.
LEFT JOIN LATERAL (
    SELECT true AS is_there
    FROM customers_customer AS gone
    JOIN campaigns_delivery AS delivery
      ON delivery.brand_id = %(brand_id)s AND delivery.campaign_id = %(campaign_id)s
     AND delivery.customer_id = gone.id AND delivery.outcome IN ('sent', 'unknown')
    WHERE gone.brand_id = %(brand_id)s AND gone.merged_into_id = wanted.id
    LIMIT 1
) AS served ON true
WHERE delivered.is_there IS NULL
ORDER BY wanted.place
