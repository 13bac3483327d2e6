-- Where each piece of net revenue came from (the rule: customers/rules/credits.py). Runs after
-- facts.sql, whose rungs it reads, for some customers or for all; writes only what differs.
-- One row: credits added, changed, removed.
--
-- For many customers it is run without nested loops: how many rows of one step meet those of
-- another is not foreseen well. Constant arrays lead to the tables' rows by index.
--
-- brand_id; customer_ids: bigint[]; order_ids: all orders of these customers and others of nobody
-- we know; refund_ids: refunds of nobody we know; guests: also all refunds of nobody we know;
-- everything: all of the brand; precedence: text[] of claiming sources, the strongest first;
-- rule_version.
WITH
asked_orders AS MATERIALIZED (
    SELECT o.id, o.customer_id, o.placed_at, o.placed_on, o.gross_minor, o.rung, o.is_counted
    FROM customers_order AS o
    WHERE o.brand_id = %(brand_id)s
        AND (%(everything)s OR o.id = ANY(%(order_ids)s::bigint[]))
),
orders AS MATERIALIZED (
    SELECT id, customer_id, placed_at, placed_on, gross_minor, rung
    FROM asked_orders
    WHERE is_counted
),
raw_lines AS MATERIALIZED (
    SELECT l.order_id, l.position, l.product_id, l.total_minor AS amount
    FROM customers_orderline AS l
    WHERE l.brand_id = %(brand_id)s
        AND (%(everything)s OR l.order_id = ANY(%(order_ids)s::bigint[]))
),
products AS (
    SELECT p.id, coalesce(m.category, p.category) AS category
    FROM customers_product AS p
    LEFT JOIN customers_categorymapping AS m
        ON m.brand_id = %(brand_id)s AND m.shop_category = p.category
    WHERE p.brand_id = %(brand_id)s
),
lines AS MATERIALIZED (  -- with the rung on which the customer first bought of the category
    SELECT o.id AS order_id, l.position, l.product_id, l.amount, o.customer_id, o.placed_on,
           o.rung,
           CASE
               WHEN p.category <> '' THEN min(o.rung) FILTER (WHERE l.amount > 0)
                   OVER (PARTITION BY o.customer_id, p.category)
           END AS met_on
    FROM orders AS o
    JOIN raw_lines AS l ON l.order_id = o.id
    LEFT JOIN products AS p ON p.id = l.product_id
),
pieces AS (
    SELECT order_id, position, product_id, amount, customer_id, placed_on, rung, met_on
    FROM lines
    WHERE amount <> 0
    UNION ALL
    SELECT order_id, NULL, NULL, sum(amount)::bigint, customer_id, placed_on, rung, NULL
    FROM (
        SELECT id AS order_id, gross_minor AS amount, customer_id, placed_on, rung FROM orders
        UNION ALL
        SELECT order_id, -amount, customer_id, placed_on, rung FROM lines
    ) AS totals_less_lines
    GROUP BY order_id, customer_id, placed_on, rung
    HAVING sum(amount) <> 0
),
claimed AS MATERIALIZED (  -- the strongest claim on a line, and on an order as a whole
    SELECT DISTINCT ON (c.order_id, c.line_position) c.order_id, c.line_position, c.source
    FROM customers_creditclaim AS c
    WHERE c.brand_id = %(brand_id)s AND c.withdrawn_at IS NULL
        AND (%(everything)s OR c.order_id = ANY(%(order_ids)s::bigint[]))
    ORDER BY c.order_id, c.line_position,
             array_position(%(precedence)s::text[], c.source::text)
),
sourced AS MATERIALIZED (
    SELECT p.order_id, p.position, p.product_id, p.amount, p.customer_id, p.placed_on,
           coalesce(
               of_line.source,
               of_order.source,
               CASE
                   WHEN p.rung IS NULL THEN 'unattributed'
                   WHEN p.rung = 1 THEN 'first'
                   WHEN p.amount > 0 AND p.met_on = p.rung THEN 'cross_sell'
                   ELSE 'repeat'
               END
           ) AS source
    FROM pieces AS p
    LEFT JOIN claimed AS of_line
        ON of_line.order_id = p.order_id AND of_line.line_position = p.position
    LEFT JOIN claimed AS of_order
        ON of_order.order_id = p.order_id AND of_order.line_position IS NULL
),
asked_refund_ids AS (  -- a step of its own for each index
    SELECT id FROM customers_refund WHERE brand_id = %(brand_id)s AND %(everything)s
    UNION
    SELECT id FROM customers_refund
    WHERE brand_id = %(brand_id)s AND customer_id = ANY(%(customer_ids)s::bigint[])
    UNION
    SELECT id FROM customers_refund
    WHERE brand_id = %(brand_id)s AND order_id = ANY(%(order_ids)s::bigint[])
    UNION
    SELECT unnest(%(refund_ids)s::bigint[])
    UNION
    SELECT id FROM customers_refund
    WHERE brand_id = %(brand_id)s AND %(guests)s AND customer_id IS NULL
),
asked_refunds AS MATERIALIZED (
    SELECT r.id, r.customer_id, r.amount_minor, r.refunded_on, r.refunded_at, r.is_counted,
           r.order_id
    FROM customers_refund AS r
    WHERE r.brand_id = %(brand_id)s AND r.id = ANY(ARRAY(SELECT id FROM asked_refund_ids))
),
last_before AS (  -- of a refund that names no order: its customer's last order before it
    SELECT DISTINCT ON (r.id) r.id AS refund_id, o.id AS order_id
    FROM asked_refunds AS r
    JOIN orders AS o ON o.customer_id = r.customer_id AND o.placed_at <= r.refunded_at
    WHERE r.order_id IS NULL
    ORDER BY r.id, o.placed_at DESC, o.id DESC
),
refunds AS MATERIALIZED (
    SELECT r.id, r.customer_id, r.amount_minor, r.refunded_on,
           coalesce(r.order_id, b.order_id) AS order_id
    FROM asked_refunds AS r
    LEFT JOIN last_before AS b ON b.refund_id = r.id
    WHERE r.is_counted AND r.amount_minor > 0
),
returned AS MATERIALIZED (  -- lines of refunds that the order has
    SELECT r.id AS refund_id, l.position, l.product_id, l.total_minor AS amount
    FROM refunds AS r
    JOIN customers_refundline AS l ON l.brand_id = %(brand_id)s AND l.refund_id = r.id
    WHERE l.total_minor > 0
        AND (r.order_id, l.product_id) IN (
            SELECT order_id, product_id FROM sourced WHERE amount > 0
        )
),
fitting AS MATERIALIZED (  -- a refund whose lines say more than its amount is taken as a whole
    SELECT r.id AS refund_id, sum(l.amount)::bigint AS amount
    FROM refunds AS r
    JOIN returned AS l ON l.refund_id = r.id
    GROUP BY r.id, r.amount_minor
    HAVING sum(l.amount) <= r.amount_minor
),
parts AS MATERIALIZED (
    SELECT r.id AS refund_id, l.position AS part, r.order_id, l.product_id, l.amount
    FROM fitting AS f
    JOIN refunds AS r ON r.id = f.refund_id
    JOIN returned AS l ON l.refund_id = f.refund_id
    UNION ALL
    SELECT r.id, 0, r.order_id, NULL, r.amount_minor - coalesce(f.amount, 0)
    FROM refunds AS r
    LEFT JOIN fitting AS f ON f.refund_id = r.id
    WHERE r.amount_minor > coalesce(f.amount, 0)
),
weights AS MATERIALIZED (
    SELECT p.refund_id, p.part, p.amount, s.source, sum(s.amount) AS weight,
           sum(sum(s.amount)) OVER (PARTITION BY p.refund_id, p.part) AS total
    FROM parts AS p
    JOIN sourced AS s
        ON s.order_id = p.order_id AND s.amount > 0
        AND (p.product_id IS NULL OR s.product_id = p.product_id)
    GROUP BY p.refund_id, p.part, p.amount, s.source
),
shares AS (  -- whole minor units; what rounding leaves goes to the largest remainders
    SELECT refund_id, source, div(amount * weight, total) AS share,
           row_number() OVER (
               PARTITION BY refund_id, part ORDER BY mod(amount * weight, total) DESC, source
           ) AS place,
           amount - sum(div(amount * weight, total)) OVER (PARTITION BY refund_id, part) AS left_over
    FROM weights
),
given_back AS (
    SELECT refund_id, source, sum(share + (place <= left_over)::int) AS amount
    FROM shares
    GROUP BY refund_id, source
    UNION ALL
    SELECT p.refund_id,
           CASE
               WHEN o.rung IS NULL THEN 'unattributed' WHEN o.rung = 1 THEN 'first' ELSE 'repeat'
           END,
           p.amount
    FROM parts AS p
    LEFT JOIN orders AS o ON o.id = p.order_id
    WHERE NOT EXISTS (SELECT 1 FROM weights AS w WHERE w.refund_id = p.refund_id)
),
wanted AS (
    SELECT s.order_id AS owner, coalesce(s.position, 0)::text AS part, s.order_id,
           s.position AS line_position, NULL::bigint AS refund_id, s.customer_id, s.source,
           s.amount, s.placed_on AS day
    FROM sourced AS s
    UNION ALL
    SELECT -r.id, g.source, r.order_id, NULL, r.id, r.customer_id, g.source,
           -g.amount::bigint, r.refunded_on
    FROM given_back AS g
    JOIN refunds AS r ON r.id = g.refund_id
    WHERE g.amount <> 0
),
stored_ids AS (
    SELECT id FROM customers_credit WHERE brand_id = %(brand_id)s AND %(everything)s
    UNION
    SELECT id FROM customers_credit
    WHERE brand_id = %(brand_id)s AND customer_id = ANY(%(customer_ids)s::bigint[])
    UNION
    SELECT id FROM customers_credit
    WHERE brand_id = %(brand_id)s AND order_id = ANY(%(order_ids)s::bigint[])
    UNION
    SELECT id FROM customers_credit
    WHERE brand_id = %(brand_id)s AND refund_id = ANY(%(refund_ids)s::bigint[])
    UNION
    SELECT id FROM customers_credit
    WHERE brand_id = %(brand_id)s AND %(guests)s AND customer_id IS NULL
),
stored AS (
    SELECT c.ctid AS tid, c.order_id, c.line_position, c.refund_id, c.customer_id, c.source,
           c.amount_minor, c."on", c.rule_version
    FROM customers_credit AS c
    WHERE c.brand_id = %(brand_id)s AND c.id = ANY(ARRAY(SELECT id FROM stored_ids))
    UNION  -- of refunds that have come to another customer
    SELECT c.ctid, c.order_id, c.line_position, c.refund_id, c.customer_id, c.source,
           c.amount_minor, c."on", c.rule_version
    FROM asked_refunds AS r
    JOIN customers_credit AS c ON c.brand_id = %(brand_id)s AND c.refund_id = r.id
    WHERE NOT %(everything)s
        AND (r.customer_id IS NULL OR c.customer_id IS DISTINCT FROM r.customer_id)
),
compared AS MATERIALIZED (
    SELECT s.tid, w.owner, w.order_id, w.line_position, w.refund_id, w.customer_id, w.source,
           w.amount, w.day,
           (s.order_id, s.customer_id, s.source, s.amount_minor, s."on", s.rule_version)
               IS DISTINCT FROM
           (w.order_id, w.customer_id, w.source::varchar, w.amount, w.day, %(rule_version)s)
               AS differs
    FROM wanted AS w
    FULL JOIN stored AS s
        ON w.owner = coalesce(-s.refund_id, s.order_id)
        AND w.part = CASE
            WHEN s.refund_id IS NULL THEN coalesce(s.line_position, 0)::text ELSE s.source
        END
),
removed AS (
    DELETE FROM customers_credit AS c
    WHERE c.brand_id = %(brand_id)s
        AND c.ctid = ANY(ARRAY(SELECT tid FROM compared WHERE owner IS NULL))
    RETURNING 1
),
changed AS (
    UPDATE customers_credit AS c
    SET order_id = d.order_id, customer_id = d.customer_id, source = d.source,
        amount_minor = d.amount, "on" = d.day, rule_version = %(rule_version)s
    FROM compared AS d
    WHERE c.brand_id = %(brand_id)s AND c.ctid = d.tid AND d.owner IS NOT NULL AND d.differs
        AND c.ctid = ANY(ARRAY(
            SELECT tid FROM compared WHERE tid IS NOT NULL AND owner IS NOT NULL AND differs
        ))
    RETURNING 1
),
added AS (
    INSERT INTO customers_credit (
        brand_id, order_id, line_position, refund_id, customer_id, source, amount_minor, "on",
        rule_version
    )
    SELECT %(brand_id)s, d.order_id, d.line_position, d.refund_id, d.customer_id, d.source,
           d.amount, d.day, %(rule_version)s
    FROM compared AS d
    WHERE d.tid IS NULL
    ORDER BY d.customer_id, d.order_id, d.line_position
    RETURNING 1
)
SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM changed), (SELECT count(*) FROM removed);
