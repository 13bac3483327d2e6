-- The brand's control group against everybody else: net money of counted orders placed since the
-- share was last changed, per customer known by then, whatever they were sent. Who was in both
-- arms before two records became one is counted apart, in neither.
WITH touched AS (
    -- Records that became one, and what they became: few, so that the many need no grouping.
    SELECT id, merged_into_id AS person
    FROM customers_customer
    WHERE brand_id = %(brand_id)s AND merged_into_id IS NOT NULL
    UNION
    SELECT merged_into_id, merged_into_id
    FROM customers_customer
    WHERE brand_id = %(brand_id)s AND merged_into_id IS NOT NULL
),
known AS (
    SELECT customer.id,
           touched.person,
           mod(substring(sha256(%(key)s::bytea || int8send(customer.id)) FOR 6)::bigint, 10000)
               < %(below)s AS is_held
    FROM customers_customer AS customer
    LEFT JOIN touched ON touched.id = customer.id
    WHERE customer.brand_id = %(brand_id)s AND customer.created_at < %(since)s
),
person AS (
    SELECT id, is_held, false AS is_both FROM known WHERE person IS NULL
    UNION ALL
    SELECT person, bool_or(is_held), bool_or(is_held) <> bool_and(is_held)
    FROM known
    WHERE person IS NOT NULL
    GROUP BY person
),
bought AS (
    SELECT orders.id, orders.customer_id, orders.gross_minor
    FROM customers_order AS orders
    WHERE orders.brand_id = %(brand_id)s AND orders.is_counted AND orders.placed_at >= %(since)s
      AND orders.customer_id IS NOT NULL
),
paid_back AS (
    SELECT refund.order_id, sum(refund.amount_minor) AS minor
    FROM customers_refund AS refund
    JOIN bought ON bought.id = refund.order_id
    WHERE refund.brand_id = %(brand_id)s AND refund.is_counted
    GROUP BY refund.order_id
),
spent AS (
    SELECT bought.customer_id AS id, sum(bought.gross_minor - coalesce(paid_back.minor, 0))::bigint AS minor
    FROM bought
    LEFT JOIN paid_back ON paid_back.order_id = bought.id
    GROUP BY bought.customer_id
)
SELECT CASE WHEN person.is_both THEN 'both' WHEN person.is_held THEN 'held' ELSE 'written' END,
       count(*),
       count(spent.id),
       coalesce(sum(spent.minor), 0)::bigint,
       coalesce(var_samp(coalesce(spent.minor, 0)::float8), 0)
FROM person
LEFT JOIN spent ON spent.id = person.id
GROUP BY 1
