-- Immediately before sending: who of these may still be written to (trust rule 11). One row per
-- customer, in the given order; an empty reason means yes. {permission} is the judgement of
-- customers.selectors.audience, which knows living customers only. An erased address that came back
-- by any way is known again by its hash; whole audiences leave that to the doors, where such
-- addresses are refused.
-- OFFSET 0 has everybody looked up alone and by index: quick also while the tables are fresh from
-- an import and have no statistics. Deliveries grow by thousands a second and never have any, so
-- they are asked about nobody here but those who were merged.
WITH served AS MATERIALIZED (
    -- Who got this message as a record that has become part of them since: one person, one mail.
    SELECT DISTINCT gone.merged_into_id AS id
    FROM customers_customer AS gone
    WHERE gone.brand_id = %(brand_id)s AND gone.merged_into_id = ANY(%(customer_ids)s::bigint[])
      AND (
          SELECT true
          FROM campaigns_delivery AS delivery
          WHERE delivery.brand_id = %(brand_id)s AND delivery.campaign_id = %(campaign_id)s
            AND delivery.customer_id = gone.id AND delivery.outcome IN ('sent', 'unknown')
          LIMIT 1
      )
)
SELECT wanted.id,
       CASE
           WHEN permission.reason IS NULL THEN coalesce(
               (
                   SELECT 'merged'
                   FROM customers_customer AS customer
                   WHERE customer.brand_id = %(brand_id)s AND customer.id = wanted.id
                     AND customer.merged_into_id IS NOT NULL AND customer.erased_at IS NULL
               ),
               'erased'
           )
           WHEN served.id IS NOT NULL THEN 'merged'
           WHEN permission.reason <> '' THEN permission.reason
           ELSE coalesce(
               (
                   SELECT 'erased'
                   FROM customers_suppression AS suppression
                   WHERE suppression.brand_id = %(brand_id)s AND suppression.channel = 'email'
                     AND suppression.address = encode(
                         sha256(%(erased_outer)s::bytea || sha256(
                             %(erased_inner)s::bytea || convert_to(permission.address, 'UTF8')
                         )),
                         'hex'
                     )
               ),
               ''
           )
       END AS reason
FROM unnest(%(customer_ids)s::bigint[]) WITH ORDINALITY AS wanted (id, place)
LEFT JOIN served ON served.id = wanted.id
LEFT JOIN LATERAL (
    SELECT judged.address, judged.reason
    FROM ({permission}) AS judged
    WHERE judged.customer_id = wanted.id
    OFFSET 0
) AS permission ON true
ORDER BY wanted.place
