-- How many customers ordered in a period, and how many of them for the second or a later time.
SELECT
    count(DISTINCT customer_id),
    count(DISTINCT customer_id) FILTER (WHERE rung > 1)
FROM customers_order
WHERE brand_id = %(brand_id)s AND is_counted AND placed_on BETWEEN %(start)s AND %(end)s
