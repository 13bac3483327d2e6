-- Which orders and refunds count. On the way, what came before its order is tied to it: a
-- cancellation is taken up and ends, a refund moves to the order and to the order's customer.
-- Writes only what differs. One row: the customers whose counted orders or refunds changed.
--
-- brand_id; customer_ids, order_ids: bigint[] or NULL; guests: orders of nobody we know;
-- everything: all orders of the brand; and the rule (order_verdict.sql stands in for VERDICT).
WITH
asked AS MATERIALIZED (
    SELECT o.id, o.customer_id, o.source, o.source_id, cancelled.at AS cancelled_at,
           o.cancelled_at AS old_cancelled_at, o.is_counted AS old_is_counted,
           /* VERDICT */ AS is_counted
    FROM customers_order AS o
    LEFT JOIN customers_earlycancellation AS early
        ON early.brand_id = o.brand_id
        AND early.source = o.source AND early.source_id = o.source_id
    CROSS JOIN LATERAL (SELECT coalesce(o.cancelled_at, early.cancelled_at)) AS cancelled (at)
    WHERE o.brand_id = %(brand_id)s
        AND (
            %(everything)s
            OR o.customer_id = ANY(%(customer_ids)s::bigint[])
            OR o.id = ANY(%(order_ids)s::bigint[])
            OR (%(guests)s AND o.customer_id IS NULL)
        )
),
judged AS (
    UPDATE customers_order AS o
    SET is_counted = a.is_counted, cancelled_at = a.cancelled_at
    FROM asked AS a
    WHERE o.brand_id = %(brand_id)s AND o.id = a.id
        AND (
            a.is_counted <> a.old_is_counted OR a.cancelled_at IS DISTINCT FROM a.old_cancelled_at
        )
    RETURNING o.customer_id
),
taken_up AS (
    DELETE FROM customers_earlycancellation AS early
    USING asked AS a
    WHERE early.brand_id = %(brand_id)s
        AND early.source = a.source AND early.source_id = a.source_id
),
refunds AS (
    SELECT r.id, r.customer_id AS old_customer_id, a.id AS order_id, a.customer_id, a.is_counted
    FROM asked AS a
    JOIN customers_refund AS r ON r.brand_id = %(brand_id)s AND r.order_id = a.id
    WHERE r.is_counted <> a.is_counted OR r.customer_id IS DISTINCT FROM a.customer_id
    UNION ALL
    SELECT r.id, r.customer_id, a.id, a.customer_id, a.is_counted
    FROM asked AS a
    JOIN customers_refund AS r
        ON r.brand_id = %(brand_id)s AND r.source = a.source AND r.order_ref = a.source_id
        AND r.order_id IS NULL AND r.order_ref <> ''
),
tied AS (
    UPDATE customers_refund AS r
    SET order_id = f.order_id, customer_id = f.customer_id, is_counted = f.is_counted
    FROM refunds AS f
    WHERE r.brand_id = %(brand_id)s AND r.id = f.id
    RETURNING f.old_customer_id, f.customer_id
)
SELECT coalesce(array_agg(DISTINCT touched.customer_id), '{}')
FROM (
    SELECT customer_id FROM judged
    UNION ALL SELECT customer_id FROM tied
    UNION ALL SELECT old_customer_id FROM tied
) AS touched
WHERE touched.customer_id IS NOT NULL;
