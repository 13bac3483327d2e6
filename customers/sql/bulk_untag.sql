-- Take a tag from these customers; returns those who had it.
-- brand_id, customer_ids, tag.
WITH chosen AS MATERIALIZED (
    SELECT id
    FROM customers_customer
    WHERE brand_id = %(brand_id)s AND id = ANY(%(customer_ids)s::bigint[])
    ORDER BY id
    FOR NO KEY UPDATE
)
UPDATE customers_customer AS customer
SET tags = customer.tags - %(tag)s::text, updated_at = %(at)s
FROM chosen
WHERE customer.brand_id = %(brand_id)s AND customer.id = chosen.id
    AND customer.tags @> jsonb_build_array(%(tag)s::text)
RETURNING customer.id, '{}'::jsonb
