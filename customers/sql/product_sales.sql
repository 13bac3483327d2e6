-- What products sold, in orders that count, less what of them came back.
--
-- brand_id, product_ids: bigint[].
SELECT product_id, sum(minor)::bigint, sum(pieces), count(DISTINCT customer_id)
FROM (
    SELECT l.product_id, l.total_minor AS minor, l.quantity AS pieces, o.customer_id
    FROM customers_orderline AS l
    JOIN customers_order AS o
        ON o.brand_id = %(brand_id)s AND o.id = l.order_id AND o.is_counted
    WHERE l.brand_id = %(brand_id)s AND l.product_id = ANY(%(product_ids)s::bigint[])
    UNION ALL
    SELECT l.product_id, -l.total_minor, -l.quantity, NULL
    FROM customers_refundline AS l
    JOIN customers_refund AS r
        ON r.brand_id = %(brand_id)s AND r.id = l.refund_id AND r.is_counted
    WHERE l.brand_id = %(brand_id)s AND l.product_id = ANY(%(product_ids)s::bigint[])
) AS moves
GROUP BY product_id
