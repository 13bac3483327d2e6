-- The figures of some campaigns, one row each. Outcomes are counted from deliveries, what people
-- did from feedback, orders as attribution.sql gives them, which goes into the place of attributed.
WITH delivered AS (
    SELECT campaign_id,
           count(*) FILTER (WHERE outcome = 'sent') AS sent,
           count(*) FILTER (WHERE outcome = 'failed') AS failed,
           count(*) FILTER (WHERE outcome = 'unknown') AS unknown,
           count(*) FILTER (
               WHERE outcome = 'skipped' AND reason NOT IN ('brand_control', 'control')
           ) AS skipped
    FROM campaigns_delivery
    WHERE brand_id = %(brand_id)s AND campaign_id = ANY(%(campaign_ids)s)
    GROUP BY campaign_id
),
answered AS (
    SELECT campaign_id,
           count(DISTINCT customer_id) FILTER (WHERE kind = 'click' AND NOT is_machine) AS clicked,
           count(*) FILTER (WHERE kind = 'click' AND NOT is_machine) AS clicks,
           count(DISTINCT customer_id) FILTER (WHERE kind = 'open' AND NOT is_machine) AS opened,
           count(DISTINCT customer_id) FILTER (WHERE kind = 'bounce') AS bounced,
           count(DISTINCT customer_id) FILTER (WHERE kind = 'complaint') AS complained,
           count(DISTINCT customer_id) FILTER (WHERE kind = 'unsubscribe') AS unsubscribed,
           bool_or(simulated) AS simulated
    FROM campaigns_feedback
    WHERE brand_id = %(brand_id)s AND campaign_id = ANY(%(campaign_ids)s)
    GROUP BY campaign_id
),
ordered AS (
    SELECT campaign_id,
           count(*) AS orders,
           count(DISTINCT customer_id) AS buyers,
           sum(net_minor)::bigint AS net_minor,
           bool_or(simulated) AS simulated
    FROM ({attributed}) AS attributed
    GROUP BY campaign_id
)
SELECT campaign.id,
       coalesce(delivered.sent, 0),
       coalesce(delivered.failed, 0),
       coalesce(delivered.unknown, 0),
       coalesce(delivered.skipped, 0),
       coalesce(answered.clicked, 0),
       coalesce(answered.clicks, 0),
       coalesce(answered.unsubscribed, 0),
       coalesce(answered.opened, 0),
       coalesce(answered.bounced, 0),
       coalesce(answered.complained, 0),
       coalesce(answered.simulated, false),
       coalesce(ordered.orders, 0),
       coalesce(ordered.buyers, 0),
       coalesce(ordered.net_minor, 0),
       coalesce(ordered.simulated, false)
FROM campaigns_campaign AS campaign
LEFT JOIN delivered ON delivered.campaign_id = campaign.id
LEFT JOIN answered ON answered.campaign_id = campaign.id
LEFT JOIN ordered ON ordered.campaign_id = campaign.id
WHERE campaign.brand_id = %(brand_id)s AND campaign.id = ANY(%(campaign_ids)s)
