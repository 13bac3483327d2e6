-- What became of many messages, in one statement; an outcome that stands already is kept.
INSERT INTO campaigns_delivery (brand_id, campaign_id, customer_id, outcome, reason, detail)
SELECT %(brand_id)s, %(campaign_id)s, result.*
FROM unnest(
    %(customer_ids)s::bigint[], %(outcomes)s::text[], %(reasons)s::text[], %(details)s::text[]
) AS result
ON CONFLICT (brand_id, campaign_id, customer_id) DO NOTHING
