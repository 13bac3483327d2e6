-- Each clock stands so many seconds ahead of now.
UPDATE campaigns_pace AS pace
SET ready_at = clock_timestamp() + make_interval(secs => moved.ahead)
FROM unnest(%(domains)s::text[], %(aheads)s::float8[]) AS moved (domain, ahead)
WHERE pace.brand_id = %(brand_id)s AND pace.domain = moved.domain
