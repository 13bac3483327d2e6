-- Orders by their ids: what ties.sql and code_touches.sql begin with.
--
-- brand_id; order_ids: bigint[].
WITH wanted AS MATERIALIZED (
    SELECT o.id, o.customer_id, o.source, o.source_id, o.placed_at, o.discount_codes
    FROM customers_order AS o
    WHERE o.brand_id = %(brand_id)s AND o.customer_id IS NOT NULL
      AND o.id = ANY(%(order_ids)s::bigint[])
),
