-- How a brand's customers usually buy, in one row, for thresholds that fit the brand: days from
-- first to second order and between orders, what the best spend, how often the most frequent buy;
-- whether discounts, refunds and categories are known; and what the brand calls its gifts and
-- birthdays.
-- brand_id; as_of: the brand's day.
WITH buyer AS (
    SELECT
        count(*) AS people,
        percentile_disc(0.75) WITHIN GROUP (ORDER BY facts.second_order_on - facts.first_order_on)
            FILTER (WHERE facts.second_order_on <= %(as_of)s) AS late_days,
        percentile_disc(0.9) WITHIN GROUP (ORDER BY facts.net_minor) AS big_minor,
        percentile_disc(0.9) WITHIN GROUP (ORDER BY facts.orders_count) AS many_orders
    FROM customers_customerfacts AS facts
    WHERE facts.brand_id = %(brand_id)s AND facts.first_order_on <= %(as_of)s
),
gap AS (
    SELECT
        count(*) AS counted,
        percentile_disc(ARRAY[0.75, 0.95]) WITHIN GROUP (ORDER BY orders.gap_days) AS days
    FROM customers_order AS orders
    WHERE orders.brand_id = %(brand_id)s
      AND orders.gap_days IS NOT NULL
      AND orders.placed_on <= %(as_of)s
)
SELECT
    buyer.people,
    gap.counted,
    buyer.late_days,
    gap.days[1],
    gap.days[2],
    buyer.big_minor,
    buyer.many_orders,
    EXISTS (
        SELECT
        FROM customers_order AS orders
        WHERE orders.brand_id = %(brand_id)s
          AND (orders.discount_minor > 0 OR orders.discount_codes <> '[]')
    ),
    EXISTS (SELECT FROM customers_refund AS refund WHERE refund.brand_id = %(brand_id)s),
    (
        SELECT count(DISTINCT product.category)
        FROM customers_product AS product
        WHERE product.brand_id = %(brand_id)s AND product.category <> ''
    ),
    (
        SELECT min(product.category)
        FROM customers_product AS product
        WHERE product.brand_id = %(brand_id)s AND product.category ~* 'gift'
    ),
    (
        SELECT min(tag.word)
        FROM customers_product AS product,
             LATERAL jsonb_array_elements_text(product.tags) AS tag (word)
        WHERE product.brand_id = %(brand_id)s AND tag.word ~* 'gift'
    ),
    (
        SELECT min(attribute.name)
        FROM customers_attributedefinition AS attribute
        WHERE attribute.brand_id = %(brand_id)s
          AND attribute.kind = 'date'
          AND attribute.name ~* 'birth'
    )
FROM buyer CROSS JOIN gap
