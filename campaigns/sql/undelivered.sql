-- Those of these customers that have no outcome yet, in the given order.
SELECT wanted.id
FROM unnest(%(customer_ids)s::bigint[]) WITH ORDINALITY AS wanted (id, place)
WHERE NOT EXISTS (
    SELECT FROM campaigns_delivery AS delivery
    WHERE delivery.brand_id = %(brand_id)s AND delivery.campaign_id = %(campaign_id)s
      AND delivery.customer_id = wanted.id
)
ORDER BY wanted.place
