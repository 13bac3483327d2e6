-- The refunds of a slice. One that names an order is tied to it when the brand has that order.
-- Answers with counts, and with the rows it made, for an undo.
--
-- brand_id, slice, import_id, source, zone.
WITH
told AS MATERIALIZED (
    SELECT * FROM import_order WHERE slice = %(slice)s AND is_refund
),
added AS (
    INSERT INTO customers_refund (
        id, brand_id, customer_id, order_id, source, source_id, refunded_at, refunded_on,
        amount_minor, order_ref, content_hash, import_id
    )
    SELECT n.row_id, %(brand_id)s, n.customer_id, coalesce(n.refunded_order_id, o.row_id),
           %(source)s, n.order_key, n.placed_at, (n.placed_at AT TIME ZONE %(zone)s)::date,
           n.amount, coalesce(n.refund_of, ''), n.content_hash, %(import_id)s
    FROM told AS n
    -- Those of slices to come are no rows yet.
    LEFT JOIN import_order AS o
        ON o.order_key = n.refund_of AND NOT o.is_refund AND o.slice <= %(slice)s
    WHERE n.verdict = 'create'
    ORDER BY n.row_id
    RETURNING id
),
changed AS (
    UPDATE customers_refund AS r
    SET customer_id = n.customer_id,
        refunded_at = n.placed_at,
        refunded_on = (n.placed_at AT TIME ZONE %(zone)s)::date,
        amount_minor = n.amount,
        content_hash = n.content_hash,
        import_id = %(import_id)s
    FROM told AS n
    WHERE n.verdict = 'update'
        AND r.brand_id = %(brand_id)s AND r.id = n.row_id
    RETURNING 1
),
written AS (
    SELECT row_id, order_key FROM told WHERE verdict IN ('create', 'update')
),
lines AS (
    INSERT INTO customers_refundline
        (brand_id, refund_id, product_id, position, quantity, total_minor)
    SELECT %(brand_id)s, w.row_id, p.row_id,
           row_number() OVER (PARTITION BY w.row_id ORDER BY l.line_no), l.quantity, l.amount
    FROM written AS w
    JOIN import_line AS l ON l.order_key = w.order_key AND l.reason IS NULL
    LEFT JOIN import_product AS p ON p.sku = l.sku
    WHERE l.is_refund
)
SELECT jsonb_build_object(
    'refunds_created', (SELECT count(*) FROM added),
    'refunds_updated', (SELECT count(*) FROM changed),
    'refunds_unchanged', (SELECT count(*) FROM told WHERE verdict = 'keep')
), jsonb_build_object(
    'refunds', (SELECT coalesce(jsonb_agg(row_id), '[]') FROM told WHERE verdict = 'create')
);
