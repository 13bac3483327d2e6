-- Customers of a slice about whom something may have changed, also those an order was taken from;
-- and the orders of nobody, which are judged by themselves.
SELECT (
    SELECT coalesce(array_agg(customer_id), '{}')
    FROM (
        SELECT customer_id FROM import_person
        WHERE slice = %(slice)s AND (verdict IN ('create', 'update') OR act IS NOT NULL)
        UNION
        SELECT c.id
        FROM import_order AS o
        CROSS JOIN LATERAL (VALUES (o.customer_id), (o.former_customer_id)) AS c (id)
        WHERE o.slice = %(slice)s AND o.verdict <> 'keep' AND c.id IS NOT NULL
    ) AS changed
), (
    SELECT coalesce(array_agg(row_id), '{}')
    FROM import_order
    WHERE slice = %(slice)s AND customer_id IS NULL AND verdict <> 'keep' AND NOT is_refund
);
