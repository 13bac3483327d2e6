-- How a brand's mail leaves, and how fast; no row: by EMAIL_URL, as fast as that takes it.
SELECT version, kind, host, port, security, username, secret, per_minute, domain_limits
FROM campaigns_transport
WHERE brand_id = %(brand_id)s
