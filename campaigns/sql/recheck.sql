-- Immediately before sending: who of these may still be written to (trust rule 11). One row per
-- customer without an outcome, in the given order; an empty reason means yes.
-- Each table is read once for all ids and joined by hashing (the caller switches nested loops off):
-- quick also while the tables are fresh from an import and have no statistics. Without the casts
-- PostgreSQL would get smallint[] and compare each row with each id instead of hashing.
WITH person AS MATERIALIZED (
    SELECT id, email_norm, erased_at, merged_into_id
    FROM customers_customer
    WHERE brand_id = %(brand_id)s AND id = ANY(%(customer_ids)s::bigint[])
),
consent AS MATERIALIZED (
    SELECT customer_id
    FROM customers_consentstate
    WHERE brand_id = %(brand_id)s AND customer_id = ANY(%(customer_ids)s::bigint[])
      AND purpose = 'marketing' AND channel = 'email' AND status = 'granted'
),
delivered AS MATERIALIZED (
    SELECT customer_id
    FROM campaigns_delivery
    WHERE brand_id = %(brand_id)s AND campaign_id = %(campaign_id)s
      AND customer_id = ANY(%(customer_ids)s::bigint[])
),
suppressed AS MATERIALIZED (
    SELECT address
    FROM customers_suppression
    WHERE brand_id = %(brand_id)s AND channel = 'email'
      AND address = ANY(ARRAY(SELECT email_norm FROM person))
)
SELECT wanted.id,
       CASE
           WHEN person.id IS NULL OR person.erased_at IS NOT NULL THEN 'erased'
           WHEN person.merged_into_id IS NOT NULL THEN 'merged'
           WHEN person.email_norm = '' THEN 'no_address'
           WHEN suppressed.address IS NOT NULL THEN 'suppressed'
           WHEN consent.customer_id IS NULL THEN 'no_consent'
           ELSE ''
       END AS reason
FROM unnest(%(customer_ids)s::bigint[]) WITH ORDINALITY AS wanted (id, place)
LEFT JOIN person ON person.id = wanted.id
LEFT JOIN consent ON consent.customer_id = wanted.id
LEFT JOIN suppressed ON suppressed.address = person.email_norm
LEFT JOIN delivered ON delivered.customer_id = wanted.id
WHERE delivered.customer_id IS NULL
ORDER BY wanted.place
