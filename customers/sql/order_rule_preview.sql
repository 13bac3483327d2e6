-- What another order rule would make of the brand's figures, beside what they are.
-- One row: orders that count, their net money, and how many customers reached each rung from 1
-- to `rungs`, each as it is and as it would be; refunds that name no order count in both.
--
-- brand_id, rungs, and the rule (order_verdict.sql stands in for VERDICT).
WITH
judged AS (
    SELECT o.id, o.customer_id, o.gross_minor, o.is_counted AS counts_now,
           /* VERDICT */ AS would_count
    FROM customers_order AS o
    CROSS JOIN LATERAL (SELECT o.cancelled_at) AS cancelled (at)
    WHERE o.brand_id = %(brand_id)s
),
given_back AS (
    SELECT coalesce(sum(r.amount_minor) FILTER (WHERE r.order_id IS NULL OR j.counts_now), 0)
               AS now_minor,
           coalesce(sum(r.amount_minor) FILTER (WHERE r.order_id IS NULL OR j.would_count), 0)
               AS then_minor
    FROM customers_refund AS r
    LEFT JOIN judged AS j ON j.id = r.order_id
    WHERE r.brand_id = %(brand_id)s
),
totals AS (
    SELECT count(*) FILTER (WHERE counts_now) AS now_orders,
           count(*) FILTER (WHERE would_count) AS then_orders,
           coalesce(sum(gross_minor) FILTER (WHERE counts_now), 0) AS now_minor,
           coalesce(sum(gross_minor) FILTER (WHERE would_count), 0) AS then_minor
    FROM judged
),
people AS (
    SELECT count(*) FILTER (WHERE counts_now) AS now_orders,
           count(*) FILTER (WHERE would_count) AS then_orders
    FROM judged
    WHERE customer_id IS NOT NULL
    GROUP BY customer_id
),
reached AS (
    SELECT rung,
           (SELECT count(*) FROM people WHERE now_orders >= rung) AS now_reached,
           (SELECT count(*) FROM people WHERE then_orders >= rung) AS then_reached
    FROM generate_series(1, %(rungs)s) AS rungs (rung)
)
SELECT totals.now_orders, totals.then_orders,
       (totals.now_minor - given_back.now_minor)::bigint,
       (totals.then_minor - given_back.then_minor)::bigint,
       (SELECT count(*) FROM people WHERE now_orders <> then_orders),
       (SELECT array_agg(now_reached ORDER BY rung) FROM reached),
       (SELECT array_agg(then_reached ORDER BY rung) FROM reached)
FROM totals, given_back;
