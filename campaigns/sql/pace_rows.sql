-- Clocks that do not exist yet start now; '' is the brand's own, the others are of single domains.
INSERT INTO campaigns_pace (brand_id, domain, ready_at)
SELECT %(brand_id)s, domain, clock_timestamp() FROM unnest(%(domains)s::text[]) AS domain
ON CONFLICT (brand_id, domain) DO NOTHING
