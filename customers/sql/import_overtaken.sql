-- Whether the brand's rows have moved on since the file was held against them: somebody of whom it
-- tells was erased or merged, a customer it changes was changed, an order it changes has gone to
-- another customer. Runs behind import_lock, so that nothing moves any more.
--
-- brand_id; slice.
SELECT EXISTS (
    SELECT FROM import_person AS p
    JOIN customers_customer AS c ON c.brand_id = %(brand_id)s AND c.id = p.customer_id
    WHERE p.slice = %(slice)s AND p.verdict <> 'create'
        AND (
            c.erased_at IS NOT NULL
            OR c.merged_into_id IS NOT NULL
            OR p.verdict = 'update' AND c.xmin <> p.seen
        )
) OR EXISTS (
    SELECT FROM import_order AS n
    JOIN customers_order AS o ON o.brand_id = %(brand_id)s AND o.id = n.row_id
    WHERE n.slice = %(slice)s AND n.verdict = 'update' AND NOT n.is_refund
        AND o.customer_id IS DISTINCT FROM n.former_customer_id
);
