-- What is bought in the same orders as these products: how often together, how often at all.
-- One row per other product, with the orders looked at (`orders`) and those that hold one of the
-- products (`anchored`). Without products: what sells most.
--
-- The ids of the orders become an array first, so that their lines are found by their index, whatever
-- the statistics say.
--
-- brand_id, product_ids: bigint[], days: date[], of which orders are looked at, least: at least so
-- many orders together, most: rows.
WITH lines AS (
    SELECT DISTINCT l.order_id, l.product_id
    FROM customers_orderline AS l
    WHERE l.brand_id = %(brand_id)s AND l.product_id IS NOT NULL
      AND l.order_id = ANY(ARRAY(
          SELECT o.id FROM customers_order AS o
          WHERE o.brand_id = %(brand_id)s AND o.placed_on = ANY(%(days)s::date[]) AND o.is_counted
      ))
),
baskets AS (
    SELECT order_id, bool_or(product_id = ANY(%(product_ids)s::bigint[])) AS is_anchored
    FROM lines
    GROUP BY order_id
),
totals AS (
    SELECT count(*) AS orders, count(*) FILTER (WHERE is_anchored) AS anchored FROM baskets
),
others AS (
    SELECT
        l.product_id,
        count(*) AS alone,
        count(*) FILTER (WHERE b.is_anchored) AS together
    FROM lines AS l
    JOIN baskets AS b ON b.order_id = l.order_id
    WHERE l.product_id <> ALL(%(product_ids)s::bigint[])
    GROUP BY l.product_id
)
SELECT others.product_id, others.together, others.alone, totals.anchored, totals.orders
FROM others CROSS JOIN totals
WHERE CASE WHEN cardinality(%(product_ids)s::bigint[]) = 0 THEN others.alone
           ELSE others.together END >= %(least)s
ORDER BY others.together DESC, others.alone DESC, others.product_id
LIMIT %(most)s
