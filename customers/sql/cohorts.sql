-- Customers by the month of their first order, and in which later months they ordered again.
-- `months` holds the first days of all calendar months in question, in order, so that a month is
-- its place in that list (from 1): a search among a dozen days is cheaper than taking dates apart.
SELECT cohort, month, count(*) AS customers
FROM (
    SELECT
        orders.customer_id,
        width_bucket(facts.first_order_on, %(months)s::date[]) AS cohort,
        width_bucket(orders.placed_on, %(months)s::date[]) AS month
    FROM customers_order AS orders
    JOIN customers_customerfacts AS facts
      ON facts.brand_id = orders.brand_id AND facts.customer_id = orders.customer_id
    WHERE orders.brand_id = %(brand_id)s
      AND orders.is_counted
      AND facts.brand_id = %(brand_id)s
      AND orders.placed_on <= %(as_of)s
      AND facts.first_order_on >= (%(months)s::date[])[1]
    GROUP BY 1, 2, 3
) AS customer_months
GROUP BY cohort, month
