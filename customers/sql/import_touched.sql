-- Customers of a slice whose facts may have changed, also those an order was taken from.
SELECT coalesce(array_agg(DISTINCT c.id), '{}')
FROM import_person AS p
LEFT JOIN import_order AS o
    ON o.person_no = p.person_no AND o.slice = %(slice)s AND o.verdict <> 'keep'
CROSS JOIN LATERAL (VALUES (p.customer_id), (o.former_customer_id)) AS c (id)
WHERE p.slice = %(slice)s
    AND (p.verdict = 'create' OR o.verdict IS NOT NULL)
    AND c.id IS NOT NULL;
