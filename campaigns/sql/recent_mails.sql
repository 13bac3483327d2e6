-- When each of some customers got mails since a moment, the first one first.
SELECT array_agg(delivery.at ORDER BY delivery.at)
FROM campaigns_delivery AS delivery
WHERE delivery.brand_id = %(brand_id)s AND delivery.at > %(since)s
  AND delivery.outcome IN ('sent', 'unknown')
GROUP BY delivery.customer_id
ORDER BY sha256(int8send(delivery.customer_id))
LIMIT %(people)s
