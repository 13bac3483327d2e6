-- Customers of a slice that exist already, locked in id order as single orders lock them: facts
-- written at the same time would each miss the other's orders.
-- Answers whether somebody of whom the file tells was erased, or became part of another record,
-- since the file was held against the brand's rows.
--
-- brand_id; slice.
SELECT coalesce(bool_or(is_gone), false)
FROM (
    SELECT (c.erased_at IS NOT NULL OR c.merged_into_id IS NOT NULL)
               AND c.id = ANY(ARRAY(
                   SELECT p.customer_id FROM import_person AS p WHERE p.slice = %(slice)s
               )) AS is_gone
    FROM customers_customer AS c
    WHERE c.brand_id = %(brand_id)s AND c.id = ANY(ARRAY(
        SELECT p.customer_id FROM import_person AS p WHERE p.slice = %(slice)s
        UNION
        SELECT o.former_customer_id FROM import_order AS o WHERE o.slice = %(slice)s
    ))
    ORDER BY c.id
    FOR NO KEY UPDATE
) AS locked;
