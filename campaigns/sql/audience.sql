-- Who of an audience would be written to now, and why the others would not: the same judgement as
-- plan.sql, counted and not stored. {audience} is the compiled segment, {permission} the judgement
-- of customers.selectors.audience.
WITH audience (id) AS ({audience}),
judged AS (
    SELECT customer.id, customer.email_norm, permission.reason
    FROM audience
    JOIN customers_customer AS customer
      ON customer.brand_id = %(brand_id)s AND customer.id = audience.id
    JOIN ({permission}) AS permission ON permission.customer_id = audience.id
)
SELECT reason, count(*), count(DISTINCT email_norm)
FROM judged
GROUP BY reason
