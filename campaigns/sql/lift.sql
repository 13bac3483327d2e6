-- Those a campaign was written to against those held out of it, per campaign and arm: people, how
-- many of them bought, and the net money per person, of counted orders placed within the
-- campaign's days after its launch. Everybody counts in the arm they were put into, also those who
-- were planned and not reached. Who was in both arms before two records became one is counted
-- apart, in neither.
WITH campaign AS (
    SELECT id, launched_at, launched_at + attribution_days * interval '1 day' AS until
    FROM campaigns_campaign
    WHERE brand_id = %(brand_id)s AND id = ANY(%(campaign_ids)s)
),
-- Records that became one, and what they became: few, so that the many need no looking up.
touched AS (
    SELECT id, merged_into_id AS person
    FROM customers_customer
    WHERE brand_id = %(brand_id)s AND merged_into_id IS NOT NULL
    UNION
    SELECT merged_into_id, merged_into_id
    FROM customers_customer
    WHERE brand_id = %(brand_id)s AND merged_into_id IS NOT NULL
),
planned AS (
    SELECT delivery.campaign_id,
           delivery.customer_id AS id,
           touched.person,
           delivery.reason = 'control' AS is_held
    FROM campaigns_delivery AS delivery
    LEFT JOIN touched ON touched.id = delivery.customer_id
    WHERE delivery.brand_id = %(brand_id)s AND delivery.campaign_id = ANY(%(campaign_ids)s)
      AND delivery.reason <> 'brand_control'
),
person AS (
    SELECT campaign_id, id, is_held, false AS is_both
    FROM planned
    WHERE person IS NULL
    UNION ALL
    SELECT campaign_id, person, bool_or(is_held), bool_or(is_held) <> bool_and(is_held)
    FROM planned
    WHERE person IS NOT NULL
    GROUP BY campaign_id, person
),
bought AS (
    SELECT campaign.id AS campaign_id, orders.id, orders.customer_id, orders.gross_minor
    FROM campaign
    JOIN customers_order AS orders
      ON orders.placed_at >= campaign.launched_at AND orders.placed_at < campaign.until
    WHERE orders.brand_id = %(brand_id)s AND orders.is_counted AND orders.customer_id IS NOT NULL
),
paid_back AS (
    SELECT refund.order_id, sum(refund.amount_minor) AS minor
    FROM customers_refund AS refund
    WHERE refund.brand_id = %(brand_id)s AND refund.is_counted
      AND refund.order_id IN (SELECT id FROM bought)
    GROUP BY refund.order_id
),
spent AS (
    SELECT bought.campaign_id,
           bought.customer_id AS id,
           sum(bought.gross_minor - coalesce(paid_back.minor, 0))::bigint AS minor
    FROM bought
    LEFT JOIN paid_back ON paid_back.order_id = bought.id
    GROUP BY bought.campaign_id, bought.customer_id
)
SELECT person.campaign_id,
       CASE WHEN person.is_both THEN 'both' WHEN person.is_held THEN 'held' ELSE 'written' END,
       count(*),
       count(spent.id),
       coalesce(sum(spent.minor), 0)::bigint,
       coalesce(var_samp(coalesce(spent.minor, 0)::float8), 0)
FROM person
LEFT JOIN spent ON spent.campaign_id = person.campaign_id AND spent.id = person.id
GROUP BY 1, 2
