-- Where each piece of net revenue came from (the rule: customers/rules/credits.py). Runs after
-- facts.sql, whose rungs it reads, for some customers or for all; writes only what differs.
-- One row: credits added, changed, removed.
--
-- brand_id; customer_ids, order_ids, refund_ids: bigint[] (orders and refunds of nobody we know;
-- all others come with their customer); guests: everything of nobody we know; everything: all of
-- the brand; precedence: text[] of claiming sources, the strongest first; rule_version.
WITH
asked_orders AS MATERIALIZED (
    SELECT o.id, o.customer_id, o.placed_on, o.gross_minor, o.rung, o.is_counted
    FROM customers_order AS o
    WHERE o.brand_id = %(brand_id)s
        AND (
            %(everything)s
            OR o.customer_id = ANY(%(customer_ids)s::bigint[])
            OR o.id = ANY(%(order_ids)s::bigint[])
            OR (%(guests)s AND o.customer_id IS NULL)
        )
),
orders AS (
    SELECT id, customer_id, placed_on, gross_minor, rung FROM asked_orders WHERE is_counted
),
lines AS MATERIALIZED (
    SELECT o.id AS order_id, l.position, l.product_id, l.total_minor AS amount,
           coalesce(m.category, p.category, '') AS category
    FROM orders AS o
    JOIN customers_orderline AS l ON l.brand_id = %(brand_id)s AND l.order_id = o.id
    LEFT JOIN customers_product AS p ON p.brand_id = %(brand_id)s AND p.id = l.product_id
    LEFT JOIN customers_categorymapping AS m
        ON m.brand_id = %(brand_id)s AND m.shop_category = p.category
),
met AS (  -- on which rung a customer first bought of a category
    SELECT o.customer_id, l.category, min(o.rung) AS rung
    FROM lines AS l
    JOIN orders AS o ON o.id = l.order_id
    WHERE o.rung IS NOT NULL AND l.amount > 0 AND l.category <> ''
    GROUP BY o.customer_id, l.category
),
claims AS (
    SELECT c.order_id, c.line_position,
           (array_agg(c.source ORDER BY array_position(%(precedence)s::text[], c.source::text)))[1]
               AS source
    FROM customers_creditclaim AS c
    JOIN orders AS o ON o.id = c.order_id
    WHERE c.brand_id = %(brand_id)s AND c.withdrawn_at IS NULL
    GROUP BY c.order_id, c.line_position
),
explained AS (
    SELECT order_id, sum(amount)::bigint AS amount FROM lines GROUP BY order_id
),
pieces AS (
    SELECT order_id, position, product_id, amount, category FROM lines WHERE amount <> 0
    UNION ALL
    SELECT o.id, NULL, NULL, o.gross_minor - coalesce(e.amount, 0), ''
    FROM orders AS o
    LEFT JOIN explained AS e ON e.order_id = o.id
    WHERE o.gross_minor <> coalesce(e.amount, 0)
),
sourced AS MATERIALIZED (
    SELECT p.order_id, p.position, p.product_id, p.amount, o.customer_id, o.placed_on,
           coalesce(
               by_line.source,
               by_order.source,
               CASE
                   WHEN o.rung IS NULL THEN 'unattributed'
                   WHEN o.rung = 1 THEN 'first'
                   WHEN p.amount > 0 AND met.rung = o.rung THEN 'cross_sell'
                   ELSE 'repeat'
               END
           ) AS source
    FROM pieces AS p
    JOIN orders AS o ON o.id = p.order_id
    LEFT JOIN met ON met.customer_id = o.customer_id AND met.category = p.category
    LEFT JOIN claims AS by_line
        ON by_line.order_id = p.order_id AND by_line.line_position = p.position
    LEFT JOIN claims AS by_order
        ON by_order.order_id = p.order_id AND by_order.line_position IS NULL
),
asked_refunds AS MATERIALIZED (
    SELECT r.id, r.customer_id, r.amount_minor, r.refunded_on, r.is_counted,
           coalesce(r.order_id, last_before.id) AS order_id
    FROM customers_refund AS r
    LEFT JOIN LATERAL (
        SELECT o.id
        FROM customers_order AS o
        WHERE o.brand_id = %(brand_id)s AND o.customer_id = r.customer_id
            AND r.order_id IS NULL AND o.is_counted AND o.placed_at <= r.refunded_at
        ORDER BY o.placed_at DESC, o.id DESC
        LIMIT 1
    ) AS last_before ON true
    WHERE r.brand_id = %(brand_id)s
        AND (
            %(everything)s
            OR r.customer_id = ANY(%(customer_ids)s::bigint[])
            OR r.order_id = ANY(%(order_ids)s::bigint[])
            OR r.id = ANY(%(refund_ids)s::bigint[])
            OR (%(guests)s AND r.customer_id IS NULL)
        )
),
refunds AS (
    SELECT id, customer_id, amount_minor, refunded_on, order_id
    FROM asked_refunds
    WHERE is_counted AND amount_minor > 0
),
returned AS (  -- lines of refunds that the order has
    SELECT r.id AS refund_id, l.position, l.product_id, l.total_minor AS amount
    FROM refunds AS r
    JOIN customers_refundline AS l ON l.brand_id = %(brand_id)s AND l.refund_id = r.id
    WHERE l.total_minor > 0
        AND EXISTS (
            SELECT 1 FROM sourced AS s
            WHERE s.order_id = r.order_id AND s.product_id = l.product_id AND s.amount > 0
        )
),
fitting AS (  -- a refund whose lines say more than its amount is taken as a whole
    SELECT r.id AS refund_id, sum(l.amount)::bigint AS amount
    FROM refunds AS r
    JOIN returned AS l ON l.refund_id = r.id
    GROUP BY r.id, r.amount_minor
    HAVING sum(l.amount) <= r.amount_minor
),
parts AS (
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
weights AS (
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
stored AS (
    SELECT c.id, c.order_id, c.line_position, c.refund_id, c.customer_id, c.source,
           c.amount_minor, c."on", c.rule_version
    FROM customers_credit AS c
    WHERE c.brand_id = %(brand_id)s
        AND (
            %(everything)s
            OR c.customer_id = ANY(%(customer_ids)s::bigint[])
            OR c.order_id = ANY(%(order_ids)s::bigint[])
            OR c.refund_id = ANY(%(refund_ids)s::bigint[])
            OR (%(guests)s AND c.customer_id IS NULL)
        )
    UNION  -- orders and refunds that have come to another customer
    SELECT c.id, c.order_id, c.line_position, c.refund_id, c.customer_id, c.source,
           c.amount_minor, c."on", c.rule_version
    FROM asked_orders AS o
    JOIN customers_credit AS c
        ON c.brand_id = %(brand_id)s AND c.order_id = o.id AND c.refund_id IS NULL
    WHERE NOT %(everything)s AND c.customer_id IS DISTINCT FROM o.customer_id
    UNION
    SELECT c.id, c.order_id, c.line_position, c.refund_id, c.customer_id, c.source,
           c.amount_minor, c."on", c.rule_version
    FROM asked_refunds AS r
    JOIN customers_credit AS c ON c.brand_id = %(brand_id)s AND c.refund_id = r.id
    WHERE NOT %(everything)s
        AND (r.customer_id IS NULL OR c.customer_id IS DISTINCT FROM r.customer_id)
),
compared AS MATERIALIZED (
    SELECT s.id, w.owner, w.order_id, w.line_position, w.refund_id, w.customer_id, w.source,
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
    USING compared AS d
    WHERE c.brand_id = %(brand_id)s AND c.id = d.id AND d.owner IS NULL
    RETURNING 1
),
changed AS (
    UPDATE customers_credit AS c
    SET order_id = d.order_id, customer_id = d.customer_id, source = d.source,
        amount_minor = d.amount, "on" = d.day, rule_version = %(rule_version)s
    FROM compared AS d
    WHERE c.brand_id = %(brand_id)s AND c.id = d.id AND d.owner IS NOT NULL AND d.differs
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
    WHERE d.id IS NULL
    ORDER BY d.customer_id, d.order_id, d.line_position
    RETURNING 1
)
SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM changed), (SELECT count(*) FROM removed);
