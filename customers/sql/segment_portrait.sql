-- What a segment is worth and whom of it a mail would reach, in one row: its size; how many of it
-- placed at least 1, 2, 3, 4 and 5 orders; its orders and net revenue; how many stand under each
-- reason why a mail would not reach them ('' reaches them); who bought last, as examples; and
-- {counted}, figures over what was tried.
-- {tried} has one row per customer looked at: id, last_order_at, orders, net_minor; {is_member} says
-- who of them is in the segment; {permission} is the judgement of customers.selectors.audience.
WITH tried AS MATERIALIZED ({tried}),
standing AS MATERIALIZED (
    SELECT tried.id, tried.last_order_at, tried.orders, tried.net_minor
    FROM tried
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
