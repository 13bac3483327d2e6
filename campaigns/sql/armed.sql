-- An audience, each with the reason why they are not written to: '' are. One row per member:
-- (id, address, reason).
-- In the place of audience goes a SELECT of customer ids of this brand, in that of permission the
-- judgement of customers.selectors.audience.
-- The first reason that holds counts; an address that two customers share is written to once. Who
-- is held out is decided by the customer's id alone (customers.rules.splits), and told of those
-- who would have been written to, so that they are like the ones who are.
SELECT single.id,
       single.address,
       CASE
           WHEN single.reason <> '' THEN single.reason
           WHEN single.place > 1 THEN 'same_address'
           WHEN %(brand_below)s > 0 AND mod(
               substring(sha256(%(brand_key)s::bytea || int8send(single.id)) FOR 6)::bigint, 10000
           ) < %(brand_below)s THEN 'brand_control'
           WHEN %(own_below)s > 0 AND mod(
               substring(sha256(%(own_key)s::bytea || int8send(single.id)) FOR 6)::bigint, 10000
           ) < %(own_below)s THEN 'control'
           ELSE ''
       END AS reason
FROM (
    SELECT audience.id,
           permission.address,
           permission.reason,
           row_number() OVER (
               PARTITION BY permission.reason = '', permission.address ORDER BY audience.id
           ) AS place
    FROM ({audience}) AS audience (id)
    JOIN ({permission}) AS permission ON permission.customer_id = audience.id
) AS single
