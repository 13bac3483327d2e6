-- Add a tag to these customers; returns those who did not have it.
-- brand_id, customer_ids, tag.
WITH chosen AS MATERIALIZED (
    SELECT id
    FROM customers_customer
    WHERE brand_id = %(brand_id)s AND id = ANY(%(customer_ids)s::bigint[]) AND erased_at IS NULL
    ORDER BY id
    FOR NO KEY UPDATE
)
UPDATE customers_customer AS customer
SET tags = customer.tags || jsonb_build_array(%(tag)s::text), updated_at = %(at)s
FROM chosen
WHERE customer.brand_id = %(brand_id)s AND customer.id = chosen.id
    AND NOT customer.tags @> jsonb_build_array(%(tag)s::text)
RETURNING customer.id, '{}'::jsonb
