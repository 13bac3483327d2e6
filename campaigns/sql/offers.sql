-- Products that a block of a mail may show, best first: the chosen ones, the newest, or those most
-- pieces were sold of since a day, all with a name and an address. `category` is the brand's word
-- for it or the shop's; empty: any.
WITH sold AS (
    SELECT line.product_id, sum(line.quantity) AS pieces
    FROM customers_order AS orders
    JOIN customers_orderline AS line
      ON line.brand_id = orders.brand_id AND line.order_id = orders.id
    WHERE %(rule)s = 'best'
      AND orders.brand_id = %(brand_id)s AND orders.is_counted AND orders.placed_on >= %(since)s
      AND line.product_id IS NOT NULL
    GROUP BY line.product_id
)
SELECT product.id, product.title, product.url, product.image_url, product.price_minor,
       product.compare_at_minor, product.stock IS NULL OR product.stock > 0
FROM customers_product AS product
LEFT JOIN customers_categorymapping AS mapping
       ON mapping.brand_id = product.brand_id AND mapping.shop_category = product.category
LEFT JOIN sold ON sold.product_id = product.id
WHERE product.brand_id = %(brand_id)s
  AND product.title <> '' AND (product.url ^@ 'https://' OR product.url ^@ 'http://')
  AND (%(category)s = '' OR product.category = %(category)s OR mapping.category = %(category)s)
  AND (%(rule)s <> 'chosen' OR product.uid = ANY(%(chosen)s::uuid[]))
  AND (%(rule)s <> 'best' OR sold.pieces > 0)
ORDER BY array_position(%(chosen)s::uuid[], product.uid), sold.pieces DESC NULLS LAST,
         product.created_at DESC, product.id DESC
LIMIT %(most)s
