-- Customers of a slice that exist already, locked in id order as single orders lock them: facts
-- written at the same time would each miss the other's orders.
--
-- brand_id; slice.
SELECT count(*)
FROM (
    SELECT c.id
    FROM customers_customer AS c
    WHERE c.brand_id = %(brand_id)s AND c.id = ANY(ARRAY(
        SELECT p.customer_id FROM import_person AS p
        WHERE p.slice = %(slice)s AND p.verdict <> 'create'
        UNION
        SELECT o.former_customer_id FROM import_order AS o WHERE o.slice = %(slice)s
    ))
    ORDER BY c.id
    FOR NO KEY UPDATE
) AS locked;
