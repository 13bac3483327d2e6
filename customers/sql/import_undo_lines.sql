-- Lines of the orders and refunds that are about to become again what they were before an import.
--
-- brand_id, import_id; change_ids: bigint[], rows of the import's log.
WITH
refund_lines AS (
    DELETE FROM customers_refundline
    WHERE brand_id = %(brand_id)s AND refund_id IN (
        SELECT r.id
        FROM customers_importchange AS g
        JOIN customers_refund AS r ON r.brand_id = %(brand_id)s AND r.id = g.row_id
        WHERE g.brand_id = %(brand_id)s AND g.id = ANY(%(change_ids)s::bigint[])
            AND g."table" = 'customers_refund' AND r.import_id = %(import_id)s
    )
)
DELETE FROM customers_orderline
WHERE brand_id = %(brand_id)s AND order_id IN (
    SELECT o.id
    FROM customers_importchange AS g
    JOIN customers_order AS o ON o.brand_id = %(brand_id)s AND o.id = g.row_id
    WHERE g.brand_id = %(brand_id)s AND g.id = ANY(%(change_ids)s::bigint[])
        AND g."table" = 'customers_order' AND o.import_id = %(import_id)s
);
