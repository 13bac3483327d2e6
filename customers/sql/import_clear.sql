-- Lines of orders and refunds that the file tells otherwise than before: they are written anew.
-- ARRAY(...) makes the few ids a constant, so that their index is used whatever the statistics say.
WITH
orders AS (
    DELETE FROM customers_orderline
    WHERE brand_id = %(brand_id)s AND order_id = ANY(ARRAY(
        SELECT row_id FROM import_order
        WHERE slice = %(slice)s AND verdict = 'update' AND NOT is_refund
    ))
)
DELETE FROM customers_refundline
WHERE brand_id = %(brand_id)s AND refund_id = ANY(ARRAY(
    SELECT row_id FROM import_order WHERE slice = %(slice)s AND verdict = 'update' AND is_refund
));
