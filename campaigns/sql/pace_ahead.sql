-- How many seconds ahead of now each clock is, locked in one order.
SELECT domain, extract(epoch FROM ready_at - clock_timestamp())::float8
FROM campaigns_pace
WHERE brand_id = %(brand_id)s AND domain = ANY(%(domains)s::text[])
ORDER BY domain
FOR UPDATE
