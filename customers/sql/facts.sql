-- The one definition of a customer's facts, of an order's rung and of the gap before it.
-- The import and single orders run it for the customers they touched, the nightly audit for all:
-- it writes only what differs, so a second run writes nothing.
--
-- brand_id; customer_ids: bigint[] or NULL for all.
WITH
ranked AS MATERIALIZED (
    SELECT o.id,
           o.customer_id,
           o.placed_at,
           o.placed_on,
           o.gross_minor,
           o.rung AS old_rung,
           o.gap_days AS old_gap_days,
           row_number() OVER by_time AS rung,
           o.placed_on - lag(o.placed_on) OVER by_time AS gap_days
    FROM customers_order AS o
    WHERE o.brand_id = %(brand_id)s
        AND o.customer_id IS NOT NULL
        AND (%(customer_ids)s::bigint[] IS NULL OR o.customer_id = ANY(%(customer_ids)s::bigint[]))
    WINDOW by_time AS (PARTITION BY o.customer_id ORDER BY o.placed_at, o.id)
),
climbed AS (
    UPDATE customers_order AS o
    SET rung = r.rung, gap_days = r.gap_days
    FROM ranked AS r
    WHERE o.brand_id = %(brand_id)s AND o.id = r.id
        AND (r.old_rung IS DISTINCT FROM r.rung OR r.old_gap_days IS DISTINCT FROM r.gap_days)
    RETURNING 1
),
bought AS (
    SELECT customer_id,
           count(*) AS orders_count,
           min(placed_at) AS first_order_at,
           min(placed_on) FILTER (WHERE rung = 1) AS first_order_on,
           min(placed_on) FILTER (WHERE rung = 2) AS second_order_on,
           max(placed_at) AS last_order_at,
           max(placed_on) AS last_order_on,
           sum(gross_minor)::bigint AS gross_minor
    FROM ranked
    GROUP BY customer_id
),
returned AS (
    SELECT customer_id, sum(amount_minor)::bigint AS refunded_minor
    FROM customers_refund
    WHERE brand_id = %(brand_id)s
        AND (%(customer_ids)s::bigint[] IS NULL OR customer_id = ANY(%(customer_ids)s::bigint[]))
    GROUP BY customer_id
),
written AS (
    INSERT INTO customers_customerfacts AS f (
        brand_id, customer_id, orders_count, first_order_at, first_order_on, second_order_on,
        last_order_at, last_order_on, gross_minor, refunded_minor, net_minor
    )
    SELECT %(brand_id)s, c.id, coalesce(b.orders_count, 0), b.first_order_at, b.first_order_on,
           b.second_order_on, b.last_order_at, b.last_order_on, coalesce(b.gross_minor, 0),
           coalesce(r.refunded_minor, 0),
           coalesce(b.gross_minor, 0) - coalesce(r.refunded_minor, 0)
    FROM customers_customer AS c
    LEFT JOIN bought AS b ON b.customer_id = c.id
    LEFT JOIN returned AS r ON r.customer_id = c.id
    WHERE c.brand_id = %(brand_id)s
        AND (%(customer_ids)s::bigint[] IS NULL OR c.id = ANY(%(customer_ids)s::bigint[]))
    ORDER BY c.id
    ON CONFLICT (brand_id, customer_id) DO UPDATE
    SET orders_count = excluded.orders_count,
        first_order_at = excluded.first_order_at,
        first_order_on = excluded.first_order_on,
        second_order_on = excluded.second_order_on,
        last_order_at = excluded.last_order_at,
        last_order_on = excluded.last_order_on,
        gross_minor = excluded.gross_minor,
        refunded_minor = excluded.refunded_minor,
        net_minor = excluded.net_minor
    WHERE (
        f.orders_count, f.first_order_at, f.first_order_on, f.second_order_on, f.last_order_at,
        f.last_order_on, f.gross_minor, f.refunded_minor, f.net_minor
    ) IS DISTINCT FROM (
        excluded.orders_count, excluded.first_order_at, excluded.first_order_on,
        excluded.second_order_on, excluded.last_order_at, excluded.last_order_on,
        excluded.gross_minor, excluded.refunded_minor, excluded.net_minor
    )
    RETURNING 1
)
SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM climbed);
