-- May a letter go to them? One row per living customer: (customer_id, address, basis, reason), as
-- customers_permission has it for mails. A letter needs no permission, but a whole address; whoever
-- said no to letters, or was put on the do-not-mail list by hand, gets none. The address is what
-- two customers share that would get the same letter twice.
-- street_names, postcode_names: the brand's attributes that hold these, best first.
SELECT customer.id AS customer_id,
       CASE
           WHEN line.street IS NULL OR (line.postcode IS NULL AND customer.city = '') THEN ''
           ELSE lower(concat_ws(
               '|', customer.first_name, customer.last_name, line.street, line.postcode,
               customer.city, customer.country
           ))
       END AS address,
       coalesce(state.basis, 'none')::text AS basis,
       CASE
           WHEN line.street IS NULL OR (line.postcode IS NULL AND customer.city = '')
           THEN 'no_address'
           WHEN mailed.id IS NOT NULL OR called.id IS NOT NULL THEN 'suppressed'
           WHEN state.status = 'withdrawn' THEN 'withdrawn'
           ELSE ''
       END AS reason
FROM customers_customer AS customer
CROSS JOIN LATERAL (
    SELECT (
               SELECT btrim(customer.attributes ->> given.name)
               FROM unnest(%(street_names)s::text[]) WITH ORDINALITY AS given (name, place)
               WHERE btrim(customer.attributes ->> given.name) <> ''
               ORDER BY given.place
               LIMIT 1
           ) AS street,
           (
               SELECT btrim(customer.attributes ->> given.name)
               FROM unnest(%(postcode_names)s::text[]) WITH ORDINALITY AS given (name, place)
               WHERE btrim(customer.attributes ->> given.name) <> ''
               ORDER BY given.place
               LIMIT 1
           ) AS postcode
) AS line
LEFT JOIN customers_consentstate AS state
  ON state.brand_id = %(brand_id)s AND state.customer_id = customer.id
 AND state.purpose = %(purpose)s AND state.channel = 'post'
LEFT JOIN customers_suppression AS mailed
  ON mailed.brand_id = %(brand_id)s AND mailed.channel = 'email' AND mailed.reason = 'manual'
 AND mailed.address = customer.email_norm
LEFT JOIN customers_suppression AS called
  ON called.brand_id = %(brand_id)s AND called.channel = 'phone' AND called.reason = 'manual'
 AND called.address = customer.phone
WHERE customer.brand_id = %(brand_id)s
  AND customer.merged_into_id IS NULL AND customer.erased_at IS NULL
