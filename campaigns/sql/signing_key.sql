-- The key of the nearest verified domain that a sender's host lies in.
SELECT domain, selector, algorithm, private_key, return_domain
FROM campaigns_sendingdomain
WHERE brand_id = %(brand_id)s AND state = 'verified'
  AND (%(host)s = domain OR right(%(host)s, length(domain) + 1) = '.' || domain)
ORDER BY length(domain) DESC
LIMIT 1
