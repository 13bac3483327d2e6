-- Orders that carry a code of ours redeem it: these orders, or all of an import. Of two orders with
-- the same code the first one counts.
UPDATE campaigns_coupon AS coupon
SET redeemed_at = coalesce(coupon.redeemed_at, used.placed_at), order_id = used.order_id
FROM (
    SELECT DISTINCT ON (code_norm) code_norm, bought.id AS order_id, bought.placed_at
    FROM customers_order AS bought
    CROSS JOIN jsonb_array_elements_text(bought.discount_codes) AS code
    CROSS JOIN upper(btrim(code)) AS code_norm
    WHERE bought.brand_id = %(brand_id)s AND bought.cancelled_at IS NULL
      AND (bought.id = ANY(%(order_ids)s::bigint[]) OR bought.import_id = %(import_id)s)
    ORDER BY code_norm, bought.placed_at, bought.id
) AS used
WHERE coupon.brand_id = %(brand_id)s AND coupon.code_norm = used.code_norm
  AND coupon.order_id IS NULL
