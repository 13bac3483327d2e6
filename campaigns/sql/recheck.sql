-- Immediately before sending: who of these may still be written to (trust rule 11). One row per
-- customer without an outcome, in the given order; an empty reason means yes.
SELECT wanted.id,
       CASE
           WHEN customer.id IS NULL OR customer.erased_at IS NOT NULL THEN 'erased'
           WHEN customer.merged_into_id IS NOT NULL THEN 'merged'
           WHEN customer.email_norm = '' THEN 'no_address'
           WHEN suppression.id IS NOT NULL THEN 'suppressed'
           WHEN consent.status IS DISTINCT FROM 'granted' THEN 'no_consent'
           ELSE ''
       END AS reason
FROM unnest(%(customer_ids)s::bigint[]) WITH ORDINALITY AS wanted (id, place)
LEFT JOIN customers_customer AS customer
       ON customer.brand_id = %(brand_id)s AND customer.id = wanted.id
LEFT JOIN customers_consentstate AS consent
       ON consent.brand_id = customer.brand_id AND consent.customer_id = customer.id
      AND consent.purpose = 'marketing' AND consent.channel = 'email'
LEFT JOIN customers_suppression AS suppression
       ON suppression.brand_id = customer.brand_id AND suppression.channel = 'email'
      AND suppression.address = customer.email_norm
WHERE NOT EXISTS (
    SELECT 1
    FROM campaigns_delivery AS delivery
    WHERE delivery.brand_id = %(brand_id)s AND delivery.campaign_id = %(campaign_id)s
      AND delivery.customer_id = wanted.id
)
ORDER BY wanted.place
