-- Put the addresses of these customers on the do-not-mail list; returns whose address is new there.
-- brand_id, customer_ids, detail.
WITH added AS (
    INSERT INTO customers_suppression (brand_id, channel, address, reason, detail, at)
    SELECT DISTINCT %(brand_id)s, 'email', customer.email_norm, 'manual', %(detail)s, %(at)s::timestamptz
    FROM customers_customer AS customer
    WHERE customer.brand_id = %(brand_id)s AND customer.id = ANY(%(customer_ids)s::bigint[])
        AND customer.email_norm <> ''
    ON CONFLICT (brand_id, channel, address) DO NOTHING
    RETURNING id, address
)
SELECT min(customer.id), jsonb_build_object('suppression', added.id)
FROM added
JOIN customers_customer AS customer
    ON customer.brand_id = %(brand_id)s AND customer.email_norm = added.address
WHERE customer.id = ANY(%(customer_ids)s::bigint[])
GROUP BY added.id
