-- The figures of several brands side by side, each as of its own day: `brands` and `days` go in
-- pairs. `week` is 0 for the oldest of the last twelve weeks; weeks -12 to -1 are the time before.
WITH asked AS (
    SELECT brand_id, day
    FROM unnest(%(brands)s::bigint[], %(days)s::date[]) AS pairs (brand_id, day)
),
moves AS (
    SELECT
        asked.brand_id,
        11 - (asked.day - orders.placed_on) / 7 AS week,
        orders.gross_minor,
        0 AS refunded_minor,
        orders.simulated
    FROM asked
    JOIN customers_order AS orders
      ON orders.brand_id = asked.brand_id
     AND orders.is_counted
     AND orders.placed_on BETWEEN asked.day - 167 AND asked.day
    UNION ALL
    SELECT
        asked.brand_id,
        11 - (asked.day - refunds.refunded_on) / 7,
        0,
        refunds.amount_minor,
        false
    FROM asked
    JOIN customers_refund AS refunds
      ON refunds.brand_id = asked.brand_id
     AND refunds.is_counted
     AND refunds.refunded_on BETWEEN asked.day - 167 AND asked.day
),
weekly AS (
    SELECT
        brand_id,
        week,
        sum(gross_minor) AS gross_minor,
        sum(gross_minor) - sum(refunded_minor) AS net_minor,
        bool_or(simulated) AS simulated
    FROM moves
    GROUP BY brand_id, week
),
revenue AS (
    SELECT
        brand_id,
        (sum(net_minor) FILTER (WHERE week >= 0))::bigint AS net_minor,
        (sum(net_minor) FILTER (WHERE week < 0))::bigint AS before_minor,
        bool_or(simulated) FILTER (WHERE week >= 0) AS simulated
    FROM weekly
    GROUP BY brand_id
),
rungs AS (
    SELECT
        asked.brand_id,
        count(*) FILTER (WHERE facts.first_order_on <= asked.day) AS reached_1,
        count(*) FILTER (WHERE facts.second_order_on <= asked.day) AS reached_2,
        min(facts.first_order_on) <= asked.day - 167 AS is_compared
    FROM asked
    JOIN customers_customerfacts AS facts ON facts.brand_id = asked.brand_id
    GROUP BY asked.brand_id, asked.day
),
thirds AS (
    SELECT asked.brand_id, count(*) AS reached_3
    FROM asked
    JOIN customers_order AS orders
      ON orders.brand_id = asked.brand_id
     AND orders.rung = 3
     AND orders.placed_on <= asked.day
    GROUP BY asked.brand_id
),
people AS (
    SELECT brand_id, count(*) AS customers
    FROM customers_customer
    WHERE brand_id = ANY(%(brands)s::bigint[]) AND merged_into_id IS NULL AND erased_at IS NULL
    GROUP BY brand_id
)
SELECT
    asked.brand_id,
    coalesce(people.customers, 0),
    coalesce(revenue.net_minor, 0),
    coalesce(revenue.before_minor, 0),
    coalesce(rungs.is_compared, false),
    ARRAY(
        SELECT coalesce(weekly.gross_minor, 0)::bigint
        FROM generate_series(0, 11) AS weeks (week)
        LEFT JOIN weekly ON weekly.brand_id = asked.brand_id AND weekly.week = weeks.week
        ORDER BY weeks.week
    ),
    ARRAY[
        coalesce(rungs.reached_1, 0), coalesce(rungs.reached_2, 0), coalesce(thirds.reached_3, 0)
    ],
    coalesce(revenue.simulated, false)
FROM asked
LEFT JOIN people USING (brand_id)
LEFT JOIN revenue USING (brand_id)
LEFT JOIN rungs USING (brand_id)
LEFT JOIN thirds USING (brand_id)
