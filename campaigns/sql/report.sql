-- The figures of some campaigns, one row each. Outcomes are counted from deliveries, clicks and
-- unsubscribes from feedback.
-- An order counts for a campaign when its customer clicked a link in it, ordered within the
-- campaign's attribution days after that click, and clicked no other campaign in between: so no
-- order counts twice. Its money is net: what was paid back of the order is taken off.
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
           count(DISTINCT customer_id) FILTER (WHERE kind = 'click') AS clicked,
           count(*) FILTER (WHERE kind = 'click') AS clicks,
           count(DISTINCT customer_id) FILTER (WHERE kind = 'unsubscribe') AS unsubscribed,
           bool_or(simulated) AS simulated
    FROM campaigns_feedback
    WHERE brand_id = %(brand_id)s AND campaign_id = ANY(%(campaign_ids)s)
    GROUP BY campaign_id
),
clicked AS (
    -- Feedback keeps the customer it came from: who was merged since clicked as who they became.
    SELECT click.brand_id, click.campaign_id, click.at,
           coalesce(person.merged_into_id, person.id) AS customer_id
    FROM campaigns_feedback AS click
    JOIN customers_customer AS person
      ON person.brand_id = click.brand_id AND person.id = click.customer_id
    WHERE click.brand_id = %(brand_id)s AND click.campaign_id = ANY(%(campaign_ids)s)
      AND click.kind = 'click'
),
attributed AS (
    SELECT DISTINCT click.campaign_id, bought.id, bought.customer_id, bought.gross_minor,
           bought.simulated
    FROM clicked AS click
    JOIN campaigns_campaign AS campaign
      ON campaign.brand_id = click.brand_id AND campaign.id = click.campaign_id
    JOIN customers_order AS bought
      ON bought.brand_id = click.brand_id AND bought.customer_id = click.customer_id
     AND bought.is_counted
     AND bought.placed_at >= click.at
     AND bought.placed_at < click.at + campaign.attribution_days * interval '1 day'
    WHERE NOT EXISTS (
          SELECT 1
          FROM campaigns_feedback AS later
          WHERE later.brand_id = %(brand_id)s
            AND later.customer_id = ANY(ARRAY(
                SELECT click.customer_id
                UNION ALL
                SELECT gone.id
                FROM customers_customer AS gone
                WHERE gone.brand_id = %(brand_id)s AND gone.merged_into_id = click.customer_id
            ))
            AND later.kind = 'click' AND later.campaign_id <> click.campaign_id
            AND later.at > click.at AND later.at <= bought.placed_at
      )
),
paid_back AS (
    SELECT refund.order_id, sum(refund.amount_minor) AS minor
    FROM customers_refund AS refund
    WHERE refund.brand_id = %(brand_id)s
      AND refund.order_id IN (SELECT id FROM attributed)
    GROUP BY refund.order_id
),
ordered AS (
    SELECT attributed.campaign_id,
           count(*) AS orders,
           count(DISTINCT attributed.customer_id) AS buyers,
           sum(attributed.gross_minor - coalesce(paid_back.minor, 0))::bigint AS net_minor,
           bool_or(attributed.simulated) AS simulated
    FROM attributed
    LEFT JOIN paid_back ON paid_back.order_id = attributed.id
    GROUP BY attributed.campaign_id
)
SELECT campaign.id,
       coalesce(delivered.sent, 0),
       coalesce(delivered.failed, 0),
       coalesce(delivered.unknown, 0),
       coalesce(delivered.skipped, 0),
       coalesce(answered.clicked, 0),
       coalesce(answered.clicks, 0),
       coalesce(answered.unsubscribed, 0),
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
