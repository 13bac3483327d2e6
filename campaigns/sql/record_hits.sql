-- Add many clicks and opens at once. A campaign or customer that is gone by now takes its hits along.
INSERT INTO campaigns_feedback (
    brand_id, campaign_id, customer_id, kind, link, at, user_agent, network, hints, is_machine, detail,
    simulated
)
SELECT %(brand_id)s, hit.*, '', false
FROM unnest(
    %(campaign_ids)s::bigint[], %(customer_ids)s::bigint[], %(kinds)s::text[], %(links)s::int[],
    %(ats)s::timestamptz[], %(user_agents)s::text[], %(networks)s::text[], %(hints)s::text[],
    %(machines)s::bool[]
) AS hit (campaign_id, customer_id, kind, link, at, user_agent, network, hints, is_machine)
WHERE EXISTS (
    SELECT FROM campaigns_campaign WHERE brand_id = %(brand_id)s AND id = hit.campaign_id
) AND EXISTS (
    SELECT FROM customers_customer WHERE brand_id = %(brand_id)s AND id = hit.customer_id
)
