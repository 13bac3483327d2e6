-- What one product sold in each month up to a day, before refunds.
--
-- brand_id, product_id, start, end.
SELECT date_trunc('month', o.placed_on)::date AS month, sum(l.total_minor)::bigint
FROM customers_orderline AS l
JOIN customers_order AS o
    ON o.brand_id = %(brand_id)s AND o.id = l.order_id AND o.is_counted
WHERE l.brand_id = %(brand_id)s AND l.product_id = %(product_id)s
    AND o.placed_on BETWEEN %(start)s AND %(end)s
GROUP BY 1
ORDER BY 1
