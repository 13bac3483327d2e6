-- How a brand's mail leaves, and how fast; no row: by EMAIL_URL, as fast as that takes it.
SELECT version, per_minute, domain_limits, kind, host, port, security, username, secret
FROM campaigns_transport
WHERE brand_id = %(brand_id)s
