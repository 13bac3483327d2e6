-- Orders and refunds that the file tells otherwise than before: what they were is kept for an undo,
-- and their lines are taken away, to be written anew.
-- ARRAY(...) makes the few ids a constant, so that their index is used whatever the statistics say.
--
-- brand_id, slice, import_id.
WITH
order_lines AS (
    DELETE FROM customers_orderline
    WHERE brand_id = %(brand_id)s AND order_id = ANY(ARRAY(
        SELECT row_id FROM import_order
        WHERE slice = %(slice)s AND verdict = 'update' AND NOT is_refund
    ))
    RETURNING order_id, jsonb_build_object(
        'product_id', product_id, 'position', position, 'quantity', quantity,
        'total_minor', total_minor
    ) AS line
),
refund_lines AS (
    DELETE FROM customers_refundline
    WHERE brand_id = %(brand_id)s AND refund_id = ANY(ARRAY(
        SELECT row_id FROM import_order WHERE slice = %(slice)s AND verdict = 'update' AND is_refund
    ))
    RETURNING refund_id, jsonb_build_object(
        'product_id', product_id, 'position', position, 'quantity', quantity,
        'total_minor', total_minor
    ) AS line
),
orders AS (
    INSERT INTO customers_importchange (brand_id, of_id, "table", row_id, before)
    SELECT %(brand_id)s, %(import_id)s, 'customers_order', o.id, jsonb_build_object(
        'customer_id', o.customer_id, 'placed_at', o.placed_at, 'placed_on', o.placed_on,
        'gross_minor', o.gross_minor, 'channel', o.channel, 'discount_minor', o.discount_minor,
        'discount_codes', o.discount_codes, 'tags', o.tags, 'is_test', o.is_test,
        'cancelled_at', o.cancelled_at, 'content_hash', encode(o.content_hash, 'hex'),
        'import_id', o.import_id,
        'lines', (
            SELECT coalesce(jsonb_agg(line), '[]') FROM order_lines AS l WHERE l.order_id = o.id
        )
    )
    FROM customers_order AS o
    WHERE o.brand_id = %(brand_id)s AND o.id = ANY(ARRAY(
        SELECT row_id FROM import_order
        WHERE slice = %(slice)s AND verdict = 'update' AND NOT is_refund
    ))
)
INSERT INTO customers_importchange (brand_id, of_id, "table", row_id, before)
SELECT %(brand_id)s, %(import_id)s, 'customers_refund', r.id, jsonb_build_object(
    'customer_id', r.customer_id, 'order_id', r.order_id, 'order_ref', r.order_ref,
    'refunded_at', r.refunded_at, 'refunded_on', r.refunded_on, 'amount_minor', r.amount_minor,
    'content_hash', encode(r.content_hash, 'hex'), 'import_id', r.import_id,
    'lines', (
        SELECT coalesce(jsonb_agg(line), '[]') FROM refund_lines AS l WHERE l.refund_id = r.id
    )
)
FROM customers_refund AS r
WHERE r.brand_id = %(brand_id)s AND r.id = ANY(ARRAY(
    SELECT row_id FROM import_order WHERE slice = %(slice)s AND verdict = 'update' AND is_refund
));
