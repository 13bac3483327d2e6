-- Who a mail goes to and what its merge tags may say, as text; one row per customer that exists.
-- campaign_id: whose codes they were given; 0: of none, NULL: an example of one.
-- The columns after language are those of campaigns.rules.tags.TAGS, in that order.
SELECT customer.id,
       customer.email,
       customer.language,
       customer.first_name,
       customer.last_name,
       trim(customer.first_name || ' ' || customer.last_name) AS name,
       customer.email,
       customer.city,
       customer.country,
       coalesce(facts.orders_count, 0)::text AS orders_count,
       coalesce(facts.net_minor, 0)::text AS total_spent,
       coalesce(facts.first_order_on::text, '') AS first_order_on,
       coalesce(facts.last_order_on::text, '') AS last_order_on,
       CASE
           WHEN %(campaign_id)s::bigint IS NULL THEN 'YOUR-CODE'
           WHEN %(campaign_id)s::bigint = 0 THEN ''
           ELSE coalesce(
               (
                   SELECT coupon.code
                   FROM campaigns_coupon AS coupon
                   WHERE coupon.brand_id = %(brand_id)s
                     AND coupon.campaign_id = %(campaign_id)s::bigint
                     AND coupon.customer_id = customer.id
               ),
               ''
           )
       END AS coupon
FROM customers_customer AS customer
LEFT JOIN customers_customerfacts AS facts
       ON facts.brand_id = customer.brand_id AND facts.customer_id = customer.id
      AND facts.customer_id = ANY(%(customer_ids)s::bigint[])
WHERE customer.brand_id = %(brand_id)s
  AND customer.id = ANY(%(customer_ids)s::bigint[])
  AND customer.erased_at IS NULL
ORDER BY customer.id
