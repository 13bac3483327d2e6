-- What a segment is worth and whom of it a mail would reach, in one row: its size; how many of it
-- placed at least 1, 2, 3, 4 and 5 orders; its orders and net revenue; how many stand under each
-- reason why a mail would not reach them ('' reaches them); who bought last, as examples; and
-- {counted}, figures over what was tried.
-- {tried} has one row per customer looked at, with its id; {is_member} says who of them is in the
-- segment; {permission} is the judgement of customers.selectors.audience. With is_past, orders and
-- refunds after the as-of day (as_of_day, in days since 1970-01-01) are left out: the histories'
-- days are in order, and their money is a running total.
WITH tried AS MATERIALIZED ({tried}),
standing AS MATERIALIZED (
    SELECT
        tried.id,
        facts.last_order_at,
        CASE
            WHEN %(is_past)s
            THEN COALESCE(width_bucket(%(as_of_day)s::integer, facts.order_days), 0)
            ELSE COALESCE(facts.orders_count, 0)
        END AS orders,
        CASE
            WHEN %(is_past)s
            THEN COALESCE(
                facts.order_gross[width_bucket(%(as_of_day)s::integer, facts.order_days)], 0
            ) - COALESCE(
                facts.refund_minor[width_bucket(%(as_of_day)s::integer, facts.refund_days)], 0
            )
            ELSE COALESCE(facts.net_minor, 0)
        END AS net_minor
    FROM tried
    LEFT JOIN customers_customerfacts AS facts
      ON facts.brand_id = %(brand_id)s AND facts.customer_id = tried.id
    WHERE {is_member}
),
reached AS (
    SELECT judged.reason, count(*) AS members
    FROM ({permission}) AS judged
    JOIN standing ON standing.id = judged.customer_id
    GROUP BY judged.reason
),
example AS (
    SELECT id
    FROM standing
    ORDER BY last_order_at DESC NULLS LAST, id
    LIMIT %(examples)s
)
SELECT
    count(*),
    ARRAY[
        count(*) FILTER (WHERE orders >= 1),
        count(*) FILTER (WHERE orders >= 2),
        count(*) FILTER (WHERE orders >= 3),
        count(*) FILTER (WHERE orders >= 4),
        count(*) FILTER (WHERE orders >= 5)
    ],
    COALESCE(sum(orders), 0)::bigint,
    COALESCE(sum(net_minor), 0)::bigint,
    ARRAY(SELECT reached.reason FROM reached ORDER BY reached.reason),
    ARRAY(SELECT reached.members FROM reached ORDER BY reached.reason),
    ARRAY(SELECT example.id FROM example),
    {counted}
FROM standing
