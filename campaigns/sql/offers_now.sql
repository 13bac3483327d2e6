-- Price and stock of products as they are now; those that are gone are missing.
SELECT id, title, url, image_url, price_minor, compare_at_minor, stock IS NULL OR stock > 0
FROM customers_product
WHERE brand_id = %(brand_id)s AND id = ANY(%(product_ids)s::bigint[])
