-- These customers' mails are about to leave. Whoever was looked at before stays as they are.
INSERT INTO campaigns_reservation (brand_id, campaign_id, customer_id, at)
SELECT %(brand_id)s, %(campaign_id)s, wanted.id, %(at)s
FROM unnest(%(customer_ids)s::bigint[]) AS wanted (id)
ON CONFLICT (brand_id, customer_id, campaign_id) DO NOTHING
