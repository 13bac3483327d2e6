-- How far customers have climbed by the as-of day, as grouped counts for rules/ladder.py.
-- One row per (rung, days): of those who stood on this rung, how many placed the next order
-- after so many days, and how many have been waiting for so many days when the day came.
-- Reads at most one rung more than is shown, whatever a customer bought later; an order that does
-- not count has no rung.
WITH standing AS (
    SELECT customer_id, rung, gap_days, placed_on
    FROM customers_order
    WHERE brand_id = %(brand_id)s
      AND customer_id IS NOT NULL
      AND placed_on <= %(as_of)s
      AND rung <= %(rungs)s + 1
),
highest AS (
    SELECT max(rung) AS rung, max(placed_on) AS placed_on
    FROM standing
    GROUP BY customer_id
)
SELECT rung - 1 AS rung, gap_days AS days, count(*) AS climbed, 0 AS waiting
FROM standing
WHERE rung > 1
GROUP BY rung, gap_days
UNION ALL
SELECT rung, %(as_of)s::date - placed_on, 0, count(*)
FROM highest
WHERE rung <= %(rungs)s
GROUP BY rung, %(as_of)s::date - placed_on
