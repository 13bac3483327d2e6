-- What each of these customers bought last, line by line: the loop `last_order` of a mail. Money is
-- minor units. The columns after customer_id are those of campaigns.selectors.content.LISTS.
SELECT wanted.id,
       line.title,
       line.quantity,
       line.total,
       line.category
FROM unnest(%(customer_ids)s::bigint[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT orders.id
    FROM customers_order AS orders
    WHERE orders.brand_id = %(brand_id)s AND orders.customer_id = wanted.id AND orders.is_counted
    ORDER BY orders.placed_at DESC, orders.id DESC
    LIMIT 1
) AS latest
CROSS JOIN LATERAL (
    SELECT coalesce(nullif(product.title, ''), product.source_id, '') AS title,
           trim_scale(each.quantity)::text AS quantity,
           each.total_minor::text AS total,
           coalesce(product.category, '') AS category,
           each.position
    FROM customers_orderline AS each
    LEFT JOIN customers_product AS product
           ON product.brand_id = each.brand_id AND product.id = each.product_id
    WHERE each.brand_id = %(brand_id)s AND each.order_id = latest.id AND each.quantity > 0
    ORDER BY each.position
    LIMIT %(most)s
) AS line
ORDER BY wanted.id, line.position
