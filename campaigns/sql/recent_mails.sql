-- When each of some customers got mails since a moment, the first one first, and of which kind.
SELECT array_agg(delivery.at ORDER BY delivery.at),
       array_agg(campaign.contact_kind::text ORDER BY delivery.at)
FROM campaigns_delivery AS delivery
JOIN campaigns_campaign AS campaign
  ON campaign.brand_id = delivery.brand_id AND campaign.id = delivery.campaign_id
WHERE delivery.brand_id = %(brand_id)s AND delivery.at > %(since)s
  AND delivery.outcome IN ('sent', 'unknown')
GROUP BY delivery.customer_id
ORDER BY sha256(int8send(delivery.customer_id))
LIMIT %(people)s
