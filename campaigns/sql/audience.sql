-- Who of an audience would be written to now, and why the others would not: the same judgement as
-- plan.sql, counted and not stored. {audience} is the compiled segment.
WITH audience (id) AS ({audience}),
judged AS (
    SELECT customer.id,
           customer.email_norm,
           CASE
               WHEN customer.email_norm = '' THEN 'no_address'
               WHEN suppression.id IS NOT NULL THEN 'suppressed'
               WHEN consent.status IS DISTINCT FROM 'granted' THEN 'no_consent'
               ELSE ''
           END AS reason
    FROM audience
    JOIN customers_customer AS customer
      ON customer.brand_id = %(brand_id)s AND customer.id = audience.id
    LEFT JOIN customers_consentstate AS consent
           ON consent.brand_id = customer.brand_id AND consent.customer_id = customer.id
          AND consent.purpose = 'marketing' AND consent.channel = 'email'
    LEFT JOIN customers_suppression AS suppression
           ON suppression.brand_id = customer.brand_id AND suppression.channel = 'email'
          AND suppression.address = customer.email_norm
    WHERE customer.erased_at IS NULL AND customer.merged_into_id IS NULL
)
SELECT reason, count(*), count(DISTINCT email_norm)
FROM judged
GROUP BY reason
