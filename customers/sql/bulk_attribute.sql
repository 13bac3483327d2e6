-- Give an attribute of these customers a value (null takes it away); returns whom it changed, with
-- the value before.
-- brand_id, customer_ids, name, value (JSON text), only_now (JSON text or NULL): whoever has another
-- value now is left alone, and each one's own former value (values: {"id": value}) comes back.
WITH chosen AS MATERIALIZED (
    SELECT id
    FROM customers_customer
    WHERE brand_id = %(brand_id)s AND id = ANY(%(customer_ids)s::bigint[]) AND erased_at IS NULL
    ORDER BY id
    FOR NO KEY UPDATE
),
wanted AS (
    SELECT customer.id,
           coalesce(%(values)s::jsonb -> customer.id::text, %(value)s::jsonb) AS value
    FROM customers_customer AS customer
    JOIN chosen USING (id)
    WHERE customer.brand_id = %(brand_id)s
        AND (
            %(only_now)s::jsonb IS NULL
            OR coalesce(customer.attributes -> %(name)s::text, 'null') = %(only_now)s::jsonb
        )
)
UPDATE customers_customer AS customer
SET attributes = CASE
        WHEN wanted.value = 'null' THEN customer.attributes - %(name)s::text
        ELSE customer.attributes || jsonb_build_object(%(name)s::text, wanted.value)
    END,
    updated_at = %(at)s
FROM wanted
WHERE customer.brand_id = %(brand_id)s AND customer.id = wanted.id
    AND coalesce(customer.attributes -> %(name)s::text, 'null') <> wanted.value
RETURNING customer.id,
    jsonb_build_object('value', coalesce(old.attributes -> %(name)s::text, 'null'))
