-- The orders of a file that nothing was decided of yet: what ties.sql begins with.
--
-- brand_id; import_id.
WITH wanted AS MATERIALIZED (
    SELECT o.id, o.customer_id, o.source, o.source_id, o.placed_at
    FROM customers_order AS o
    WHERE o.brand_id = %(brand_id)s AND o.customer_id IS NOT NULL
      AND o.import_id = %(import_id)s
      AND NOT EXISTS (
          SELECT FROM referrals_decision AS d
          WHERE d.brand_id = %(brand_id)s AND d.order_id = o.id
      )
),
