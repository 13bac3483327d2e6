-- The orders of a file that carry codes: what code_touches.sql begins with.
--
-- brand_id; import_id.
WITH wanted AS MATERIALIZED (
    SELECT o.id, o.customer_id, o.source, o.source_id, o.placed_at, o.discount_codes
    FROM customers_order AS o
    WHERE o.brand_id = %(brand_id)s AND o.customer_id IS NOT NULL AND o.discount_codes <> '[]'
      AND o.import_id = %(import_id)s
),
