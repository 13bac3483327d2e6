-- Those of these customers that have no outcome yet, in the given order. The outcomes are fetched
-- at once: deliveries that are being written have no statistics, and looked up one by one by the
-- wrong index they would be read as often as there are customers.
SELECT wanted.id
FROM unnest(%(customer_ids)s::bigint[]) WITH ORDINALITY AS wanted (id, place)
WHERE wanted.id <> ALL (ARRAY(
    SELECT delivery.customer_id
    FROM campaigns_delivery AS delivery
    WHERE delivery.brand_id = %(brand_id)s AND delivery.campaign_id = %(campaign_id)s
      AND delivery.customer_id = ANY(%(customer_ids)s::bigint[])
))
ORDER BY wanted.place
