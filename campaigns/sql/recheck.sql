-- Immediately before sending: who of these may still be written to (trust rule 11). One row per
-- customer without an outcome, in the given order; an empty reason means yes. {permission} is the
-- judgement of customers.selectors.audience. An erased address that came back by any way is known
-- again by its hash; whole audiences leave that to the doors, where such addresses are refused.
-- A few hundred ids: the caller has every table looked up by its index, which is quick also while
-- the tables are fresh from an import and have no statistics.
WITH person AS MATERIALIZED (
    SELECT id, email_norm, erased_at, merged_into_id
    FROM customers_customer
    WHERE brand_id = %(brand_id)s AND id = ANY(%(customer_ids)s::bigint[])
),
permission AS MATERIALIZED (
    SELECT judged.customer_id, judged.reason
    FROM ({permission}) AS judged
    WHERE judged.customer_id = ANY(%(customer_ids)s::bigint[])
),
delivered AS MATERIALIZED (
    SELECT customer_id
    FROM campaigns_delivery
    WHERE brand_id = %(brand_id)s AND campaign_id = %(campaign_id)s
      AND customer_id = ANY(%(customer_ids)s::bigint[])
),
-- Who got this message as a record that has become part of them since: one person, one mail.
served AS MATERIALIZED (
    SELECT gone.merged_into_id AS customer_id
    FROM customers_customer AS gone
    JOIN campaigns_delivery AS delivery
      ON delivery.brand_id = %(brand_id)s AND delivery.campaign_id = %(campaign_id)s
     AND delivery.customer_id = gone.id AND delivery.outcome IN ('sent', 'unknown')
    WHERE gone.brand_id = %(brand_id)s AND gone.merged_into_id = ANY(%(customer_ids)s::bigint[])
)
SELECT wanted.id,
       CASE
           WHEN person.id IS NULL OR person.erased_at IS NOT NULL THEN 'erased'
           WHEN person.merged_into_id IS NOT NULL
             OR person.id IN (SELECT customer_id FROM served) THEN 'merged'
           WHEN permission.reason <> '' THEN permission.reason
           WHEN EXISTS (
               SELECT FROM customers_suppression AS gone
               WHERE gone.brand_id = %(brand_id)s AND gone.channel = 'email'
                 AND gone.address = encode(
                     sha256(%(erased_outer)s::bytea || sha256(
                         %(erased_inner)s::bytea || convert_to(person.email_norm, 'UTF8')
                     )),
                     'hex'
                 )
           ) THEN 'erased'
           ELSE ''
       END AS reason
FROM unnest(%(customer_ids)s::bigint[]) WITH ORDINALITY AS wanted (id, place)
LEFT JOIN person ON person.id = wanted.id
LEFT JOIN permission ON permission.customer_id = wanted.id
LEFT JOIN delivered ON delivered.customer_id = wanted.id
WHERE delivered.customer_id IS NULL
ORDER BY wanted.place
