-- The one definition of a customer's facts, of an order's rung and of the gap before it.
-- The import and single orders run it for the customers they touched, the nightly audit for all:
-- it writes only what differs, so a second run writes nothing.
--
-- Counted orders and refunds only; an order that does not count has no rung. The histories are in
-- order of days, and money in them is a running total: what was spent by a day is one element.
-- Events are those of the customer and of everybody merged into them, at most 100 names, those
-- seen last. One row: how many facts and orders were written, and whose facts.
--
-- brand_id; customer_ids: bigint[] or NULL for all.
WITH RECURSIVE
-- Those given and the records they were merged into.
given (id) AS (
    SELECT unnest(%(customer_ids)s::bigint[])
    UNION
    SELECT c.merged_into_id
    FROM given
    JOIN customers_customer AS c ON c.brand_id = %(brand_id)s AND c.id = given.id
    WHERE c.merged_into_id IS NOT NULL
),
asked AS MATERIALIZED (
    SELECT c.id, c.merged_into_id, c.country,
           c.merged_into_id IS NULL AND c.erased_at IS NULL AS is_living
    FROM customers_customer AS c
    WHERE c.brand_id = %(brand_id)s
        AND (
            %(customer_ids)s::bigint[] IS NULL
            OR c.id = ANY(ARRAY(SELECT given.id FROM given))
        )
),
ranked AS MATERIALIZED (
    SELECT o.id,
           o.customer_id,
           o.placed_at,
           o.placed_on,
           o.gross_minor,
           o.is_counted,
           o.discount_minor = 0 AND o.discount_codes = '[]'::jsonb AS is_full_price,
           o.rung AS old_rung,
           o.gap_days AS old_gap_days,
           CASE WHEN o.is_counted THEN row_number() OVER by_time END AS rung,
           CASE WHEN o.is_counted THEN o.placed_on - lag(o.placed_on) OVER by_time END AS gap_days,
           sum(o.gross_minor) OVER by_day AS gross_so_far
    FROM customers_order AS o
    WHERE o.brand_id = %(brand_id)s
        AND o.customer_id IS NOT NULL
        AND (
            %(customer_ids)s::bigint[] IS NULL
            OR o.customer_id = ANY(ARRAY(SELECT a.id FROM asked AS a))
        )
    WINDOW by_time AS (PARTITION BY o.customer_id, o.is_counted ORDER BY o.placed_at, o.id),
           by_day AS (
               PARTITION BY o.customer_id, o.is_counted ORDER BY o.placed_on, o.placed_at, o.id
           )
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
           sum(gross_minor)::bigint AS gross_minor,
           count(*) FILTER (WHERE is_full_price) AS full_price_orders,
           array_agg(placed_on - DATE '1970-01-01' ORDER BY placed_on, placed_at, id) AS days,
           array_agg(gross_so_far::bigint ORDER BY placed_on, placed_at, id) AS gross_so_far
    FROM ranked
    WHERE is_counted
    GROUP BY customer_id
),
returned AS (
    SELECT customer_id,
           sum(amount_minor)::bigint AS refunded_minor,
           array_agg(refunded_on - DATE '1970-01-01' ORDER BY refunded_on, refunded_at, id) AS days,
           array_agg(refunded_so_far::bigint ORDER BY refunded_on, refunded_at, id)
               AS refunded_so_far
    FROM (
        SELECT *, sum(amount_minor) OVER (
            PARTITION BY customer_id ORDER BY refunded_on, refunded_at, id
        ) AS refunded_so_far
        FROM customers_refund
        WHERE brand_id = %(brand_id)s
            AND is_counted
            AND (
                %(customer_ids)s::bigint[] IS NULL
                OR customer_id = ANY(ARRAY(SELECT a.id FROM asked AS a))
            )
    ) AS r
    GROUP BY customer_id
),
-- Categories as the brand reads its shop's; products without one count as none.
chosen AS (
    SELECT r.customer_id, count(DISTINCT coalesce(m.category, p.category)) AS categories
    FROM ranked AS r
    JOIN customers_orderline AS l ON l.brand_id = %(brand_id)s AND l.order_id = r.id
    JOIN customers_product AS p ON p.brand_id = %(brand_id)s AND p.id = l.product_id
    LEFT JOIN customers_categorymapping AS m
        ON m.brand_id = %(brand_id)s AND m.shop_category = p.category
    WHERE r.is_counted AND p.category <> ''
    GROUP BY r.customer_id
),
-- Whose events are whose: everybody's own, and those of who was merged into them.
speakers (id, customer_id) AS (
    SELECT a.id, a.id
    FROM asked AS a
    WHERE a.merged_into_id IS NULL
    UNION ALL
    SELECT gone.id, s.customer_id
    FROM speakers AS s
    JOIN customers_customer AS gone
        ON gone.brand_id = %(brand_id)s AND gone.merged_into_id = s.id
),
said AS (
    SELECT s.customer_id,
           e.name,
           count(*) AS times,
           floor(extract(epoch FROM min(e.at)))::bigint AS first_at,
           floor(extract(epoch FROM max(e.at)))::bigint AS last_at
    FROM speakers AS s
    JOIN customers_customerevent AS e ON e.brand_id = %(brand_id)s AND e.customer_id = s.id
    GROUP BY s.customer_id, e.name
),
did AS (
    SELECT customer_id,
           jsonb_object_agg(name, jsonb_build_array(times, first_at, last_at)) AS events
    FROM (
        SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY last_at DESC, name) AS place
        FROM said
    ) AS s
    WHERE place <= 100
    GROUP BY customer_id
),
written AS (
    INSERT INTO customers_customerfacts AS f (
        brand_id, customer_id, is_living, country, mail_permission, orders_count, first_order_at,
        first_order_on, second_order_on, last_order_at, last_order_on, gross_minor, refunded_minor,
        net_minor, order_days, order_gross, refund_days, refund_minor, full_price_orders,
        categories, events
    )
    SELECT %(brand_id)s, a.id, a.is_living, a.country, coalesce(s.status, ''),
           coalesce(b.orders_count, 0), b.first_order_at, b.first_order_on,
           b.second_order_on, b.last_order_at, b.last_order_on, coalesce(b.gross_minor, 0),
           coalesce(r.refunded_minor, 0),
           coalesce(b.gross_minor, 0) - coalesce(r.refunded_minor, 0),
           coalesce(b.days, '{}'), coalesce(b.gross_so_far, '{}'),
           coalesce(r.days, '{}'), coalesce(r.refunded_so_far, '{}'),
           coalesce(b.full_price_orders, 0), coalesce(c.categories, 0),
           coalesce(d.events, '{}')
    FROM asked AS a
    LEFT JOIN customers_consentstate AS s
        ON s.brand_id = %(brand_id)s AND s.customer_id = a.id
        AND s.purpose = 'marketing' AND s.channel = 'email'
    LEFT JOIN bought AS b ON b.customer_id = a.id
    LEFT JOIN returned AS r ON r.customer_id = a.id
    LEFT JOIN chosen AS c ON c.customer_id = a.id
    LEFT JOIN did AS d ON d.customer_id = a.id
    ORDER BY a.id
    ON CONFLICT (brand_id, customer_id) DO UPDATE
    SET is_living = excluded.is_living,
        country = excluded.country,
        mail_permission = excluded.mail_permission,
        orders_count = excluded.orders_count,
        first_order_at = excluded.first_order_at,
        first_order_on = excluded.first_order_on,
        second_order_on = excluded.second_order_on,
        last_order_at = excluded.last_order_at,
        last_order_on = excluded.last_order_on,
        gross_minor = excluded.gross_minor,
        refunded_minor = excluded.refunded_minor,
        net_minor = excluded.net_minor,
        order_days = excluded.order_days,
        order_gross = excluded.order_gross,
        refund_days = excluded.refund_days,
        refund_minor = excluded.refund_minor,
        full_price_orders = excluded.full_price_orders,
        categories = excluded.categories,
        events = excluded.events
    WHERE (
        f.is_living, f.country, f.mail_permission, f.orders_count, f.first_order_at,
        f.first_order_on, f.second_order_on, f.last_order_at, f.last_order_on, f.gross_minor,
        f.refunded_minor, f.net_minor, f.order_days, f.order_gross, f.refund_days,
        f.refund_minor, f.full_price_orders, f.categories, f.events
    ) IS DISTINCT FROM (
        excluded.is_living, excluded.country, excluded.mail_permission, excluded.orders_count,
        excluded.first_order_at, excluded.first_order_on, excluded.second_order_on,
        excluded.last_order_at, excluded.last_order_on, excluded.gross_minor,
        excluded.refunded_minor, excluded.net_minor, excluded.order_days, excluded.order_gross,
        excluded.refund_days, excluded.refund_minor,
        excluded.full_price_orders, excluded.categories, excluded.events
    )
    RETURNING f.customer_id
)
SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM climbed),
       ARRAY(SELECT customer_id FROM written);
