-- Add many clicks and opens at once: a JSON list of lists, in the order of campaigns.services.hits.Hit;
-- `machines` are the places (from 1) of those that programs made. A campaign or customer that is
-- gone by now takes its hits along.
INSERT INTO campaigns_feedback (
    brand_id, campaign_id, customer_id, kind, link, at, user_agent, network, hints, is_machine, detail,
    simulated
)
SELECT %(brand_id)s,
       hit.campaign_id,
       hit.customer_id,
       told ->> 3,
       (told ->> 4)::integer,
       (told ->> 5)::timestamptz,
       told ->> 6,
       told ->> 7,
       told ->> 8,
       place = ANY(%(machines)s::bigint[]),
       '',
       false
FROM jsonb_array_elements(%(hits)s::jsonb) WITH ORDINALITY AS list (told, place)
CROSS JOIN LATERAL (
    SELECT (told ->> 1)::bigint AS campaign_id, (told ->> 2)::bigint AS customer_id
) AS hit
WHERE EXISTS (
    SELECT FROM campaigns_campaign WHERE brand_id = %(brand_id)s AND id = hit.campaign_id
) AND EXISTS (
    SELECT FROM customers_customer WHERE brand_id = %(brand_id)s AND id = hit.customer_id
)
