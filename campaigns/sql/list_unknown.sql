-- Addresses of which a server said, while we sent, that they do not exist: never mailed again. What is
-- on the list already stays as it is; segments look again at whoever has such an address.
WITH listed AS (
    INSERT INTO customers_suppression (brand_id, channel, address, reason, detail)
    SELECT DISTINCT ON (customer.email_norm)
           customer.brand_id, 'email', customer.email_norm, 'bounce', refusal.detail
    FROM unnest(%(customer_ids)s::bigint[], %(details)s::text[]) AS refusal (customer_id, detail)
    JOIN customers_customer AS customer
      ON customer.brand_id = %(brand_id)s AND customer.id = refusal.customer_id
    WHERE customer.email_norm <> ''
    ON CONFLICT (brand_id, channel, address) DO NOTHING
    RETURNING address
)
INSERT INTO customers_dirtycustomer (brand_id, customer_id)
SELECT %(brand_id)s, customer.id
FROM listed
JOIN customers_customer AS customer
  ON customer.brand_id = %(brand_id)s AND customer.email_norm = listed.address
