-- Customers by the month of their first order, and in which later months they ordered again.
-- `month_number` 0 is the month of the first order, so its count is the size of the cohort.
SELECT first_month::date, month_number, count(*) AS customers
FROM (
    SELECT
        orders.customer_id,
        date_trunc('month', facts.first_order_on) AS first_month,
        (extract(year FROM orders.placed_on) - extract(year FROM facts.first_order_on))::int * 12
            + (extract(month FROM orders.placed_on) - extract(month FROM facts.first_order_on))::int
            AS month_number
    FROM customers_order AS orders
    JOIN customers_customerfacts AS facts
      ON facts.brand_id = orders.brand_id AND facts.customer_id = orders.customer_id
    WHERE orders.brand_id = %(brand_id)s
      AND facts.brand_id = %(brand_id)s
      AND orders.placed_on <= %(as_of)s
      AND facts.first_order_on >= %(since)s
    GROUP BY 1, 2, 3
) AS customer_months
GROUP BY first_month, month_number
