-- Customers whose e-mail address or name begins with a text, addresses first.
-- ^@ is leakproof, so row security leaves both indexes usable.
SELECT found.id
FROM (
    (SELECT id, 1 AS rank, email_norm AS key
     FROM customers_customer
     WHERE brand_id = %(brand_id)s AND email_norm ^@ %(start)s
       AND merged_into_id IS NULL AND erased_at IS NULL
     ORDER BY email_norm
     LIMIT %(limit)s)
    UNION ALL
    (SELECT id, 2, name_norm
     FROM customers_customer
     WHERE brand_id = %(brand_id)s AND name_norm ^@ %(start)s
       AND merged_into_id IS NULL AND erased_at IS NULL
     ORDER BY name_norm
     LIMIT %(limit)s)
) AS found
GROUP BY found.id
ORDER BY min(found.rank), min(found.key), found.id
LIMIT %(limit)s
