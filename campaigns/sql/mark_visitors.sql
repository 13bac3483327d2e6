-- Segments ask who clicked: look again at these customers, or at whom they were merged into.
INSERT INTO customers_dirtycustomer (brand_id, customer_id)
SELECT DISTINCT %(brand_id)s::bigint, coalesce(merged_into_id, id)
FROM customers_customer
WHERE brand_id = %(brand_id)s AND id = ANY(%(customer_ids)s::bigint[])
