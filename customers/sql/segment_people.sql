-- People of a segment, the newest customer first, with what a list or a file says of each.
-- {members} selects customer ids of the brand; at most `size` rows below the id `below` (NULL: from
-- the newest). {permission} is the judgement of customers.selectors.audience.
WITH chosen AS MATERIALIZED (
    SELECT member.id
    FROM ({members}) AS member
    WHERE %(below)s::bigint IS NULL OR member.id < %(below)s::bigint
    ORDER BY member.id DESC
    LIMIT %(size)s
)
SELECT
    customer.id,
    customer.uid,
    trim(customer.first_name || ' ' || customer.last_name),
    customer.email,
    COALESCE(facts.orders_count, 0),
    COALESCE(facts.net_minor, 0),
    facts.last_order_on,
    judged.reason
FROM chosen
JOIN customers_customer AS customer
  ON customer.brand_id = %(brand_id)s AND customer.id = chosen.id
JOIN ({permission}) AS judged ON judged.customer_id = chosen.id
LEFT JOIN customers_customerfacts AS facts
  ON facts.brand_id = %(brand_id)s AND facts.customer_id = chosen.id
ORDER BY customer.id DESC
