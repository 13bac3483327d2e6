-- Customers of a slice about whom something may have changed, also those an order was taken from;
-- and the orders of nobody, which are judged by themselves.
SELECT (
    SELECT coalesce(array_agg(DISTINCT c.id), '{}')
    FROM import_person AS p
    LEFT JOIN import_order AS o
        ON o.person_no = p.person_no AND o.slice = %(slice)s AND o.verdict <> 'keep'
    CROSS JOIN LATERAL (VALUES (p.customer_id), (o.former_customer_id)) AS c (id)
    WHERE p.slice = %(slice)s
        AND (p.verdict IN ('create', 'update') OR p.act IS NOT NULL OR o.verdict IS NOT NULL)
        AND c.id IS NOT NULL
), (
    SELECT coalesce(array_agg(row_id), '{}')
    FROM import_order
    WHERE slice = %(slice)s AND person_no IS NULL AND verdict <> 'keep' AND NOT is_refund
), (
    SELECT coalesce(array_agg(DISTINCT former_customer_id), '{}')
    FROM import_order
    WHERE slice = %(slice)s AND person_no IS NULL AND verdict <> 'keep'
        AND former_customer_id IS NOT NULL
);
