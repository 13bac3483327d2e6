-- Refunds as a call of many orders tells of them, with their lines. As in bulk_orders.sql.
--
-- brand_id; zone; rows: a JSON array (services/bulk_refunds.py). One row: how many were written.
WITH
said AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (
        id bigint, customer_id bigint, order_id bigint, order_ref text, source text,
        source_id text, refunded_at timestamptz, amount_minor bigint, content_hash text,
        lines jsonb
    )
),
added AS (
    INSERT INTO customers_refund (
        brand_id, customer_id, order_id, order_ref, source, source_id, refunded_at, refunded_on,
        amount_minor, content_hash
    )
    SELECT %(brand_id)s, customer_id, order_id, order_ref, source, source_id, refunded_at,
           (refunded_at AT TIME ZONE %(zone)s)::date, amount_minor, decode(content_hash, 'hex')
    FROM said
    WHERE id IS NULL
    ORDER BY source, source_id
    ON CONFLICT (brand_id, source, source_id) DO NOTHING
    RETURNING id, source, source_id
),
changed AS (
    UPDATE customers_refund AS f
    SET customer_id = s.customer_id,
        order_id = s.order_id,
        order_ref = s.order_ref,
        refunded_at = s.refunded_at,
        refunded_on = (s.refunded_at AT TIME ZONE %(zone)s)::date,
        amount_minor = s.amount_minor,
        content_hash = decode(s.content_hash, 'hex'),
        import_id = NULL
    FROM said AS s
    WHERE f.brand_id = %(brand_id)s AND f.id = s.id
    RETURNING f.id, f.source, f.source_id
),
written AS (
    SELECT s.lines, w.id
    FROM said AS s
    JOIN (SELECT * FROM added UNION ALL SELECT * FROM changed) AS w USING (source, source_id)
),
lines AS (
    INSERT INTO customers_refundline
        (brand_id, refund_id, product_id, position, quantity, total_minor)
    SELECT %(brand_id)s, w.id, l.product_id, l.position, l.quantity, l.total_minor
    FROM written AS w
    CROSS JOIN LATERAL jsonb_to_recordset(w.lines) AS l (
        product_id bigint, position integer, quantity numeric, total_minor bigint
    )
)
SELECT count(*) FROM written;
