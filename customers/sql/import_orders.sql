-- The orders of a slice: new and changed ones with their lines. Answers with counts, and with the
-- rows it made, for an undo.
--
-- An order of a new customer is written as judge_orders and facts.sql would leave it: whether it
-- counts, its rung and its gap. They look at it again and find nothing to write, which saves the
-- row and its indexes from being written twice.
--
-- brand_id, slice, import_id, source, zone; and the rule (order_verdict.sql stands in for VERDICT).
WITH
told AS MATERIALIZED (
    SELECT * FROM import_order WHERE slice = %(slice)s AND NOT is_refund
),
judged AS (
    SELECT o.*, /* VERDICT */ AS is_counted
    FROM (
        SELECT n.row_id, n.order_key, n.placed_at, n.amount AS gross_minor, n.channel, n.discount,
               n.is_test, n.cancelled_at, n.content_hash,
               (n.placed_at AT TIME ZONE %(zone)s)::date AS placed_on,
               coalesce(n.discount_codes, '[]') AS discount_codes,
               coalesce(n.tags, '[]') AS tags,
               n.customer_id,
               coalesce(p.verdict = 'create', false) AS is_of_new
        FROM told AS n
        LEFT JOIN import_person AS p ON p.person_no = n.person_no
        WHERE n.verdict = 'create'
    ) AS o
    CROSS JOIN LATERAL (SELECT o.cancelled_at) AS cancelled (at)
),
added AS (
    INSERT INTO customers_order (
        id, brand_id, customer_id, source, source_id, placed_at, placed_on, gross_minor,
        original_currency, channel, discount_minor, discount_codes, tags, is_test, cancelled_at,
        is_counted, rung, gap_days, content_hash, import_id
    )
    SELECT j.row_id, %(brand_id)s, j.customer_id, %(source)s, j.order_key, j.placed_at,
           j.placed_on, j.gross_minor, '', j.channel, j.discount, j.discount_codes, j.tags,
           j.is_test, j.cancelled_at, j.is_counted,
           CASE WHEN j.is_of_new AND j.is_counted THEN row_number() OVER by_time END,
           CASE WHEN j.is_of_new AND j.is_counted
               THEN j.placed_on - lag(j.placed_on) OVER by_time END,
           j.content_hash, %(import_id)s
    FROM judged AS j
    WINDOW by_time AS (PARTITION BY j.customer_id, j.is_counted ORDER BY j.placed_at, j.row_id)
    ORDER BY j.row_id
    RETURNING id
),
changed AS (
    UPDATE customers_order AS o
    SET customer_id = n.customer_id,
        placed_at = n.placed_at,
        placed_on = (n.placed_at AT TIME ZONE %(zone)s)::date,
        gross_minor = n.amount,
        channel = n.channel,
        discount_minor = n.discount,
        discount_codes = coalesce(n.discount_codes, '[]'),
        tags = coalesce(n.tags, '[]'),
        is_test = n.is_test,
        cancelled_at = n.cancelled_at,
        content_hash = n.content_hash,
        import_id = %(import_id)s
    FROM told AS n
    WHERE n.verdict = 'update'
        AND o.brand_id = %(brand_id)s AND o.id = n.row_id
    RETURNING 1
),
written AS (
    SELECT row_id, order_key FROM told WHERE verdict IN ('create', 'update')
),
lines AS (
    INSERT INTO customers_orderline
        (brand_id, order_id, product_id, position, quantity, total_minor)
    SELECT %(brand_id)s, w.row_id, p.row_id,
           row_number() OVER (PARTITION BY w.row_id ORDER BY l.line_no), l.quantity, l.amount
    FROM written AS w
    JOIN import_line AS l ON l.order_key = w.order_key AND l.reason IS NULL
    LEFT JOIN import_product AS p ON p.sku = l.sku
    WHERE NOT l.is_refund
)
SELECT jsonb_build_object(
    'orders_created', (SELECT count(*) FROM added),
    'orders_updated', (SELECT count(*) FROM changed),
    'orders_unchanged', (SELECT count(*) FROM told WHERE verdict = 'keep'),
    'orders_unattributed', (SELECT count(*) FROM told WHERE customer_id IS NULL)
), jsonb_build_object(
    'orders', (SELECT coalesce(jsonb_agg(row_id), '[]') FROM told WHERE verdict = 'create')
);
