-- What was taken and not used goes back.
UPDATE campaigns_pace AS pace
SET ready_at = ready_at - make_interval(secs => unused.seconds)
FROM unnest(%(domains)s::text[], %(seconds)s::float8[]) AS unused (domain, seconds)
WHERE pace.brand_id = %(brand_id)s AND pace.domain = unused.domain
