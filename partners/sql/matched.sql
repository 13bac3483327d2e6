-- Of an audience that may be mailed partners' offers: how many bought products of that category of
-- the brand itself, and how many were mailed an offer of a partner since two moments.
-- In the place of audience goes a SELECT of customer ids, in that of permission the judgement of
-- customers.selectors.audience.
WITH audience AS MATERIALIZED (
    SELECT member.id
    FROM ({audience}) AS member (id)
    JOIN ({permission}) AS judged ON judged.customer_id = member.id
    WHERE judged.reason = ''
),
mailed AS (
    SELECT delivery.customer_id AS id, max(delivery.at) AS at
    FROM campaigns_campaign AS campaign
    JOIN campaigns_delivery AS delivery
      ON delivery.brand_id = %(brand_id)s AND delivery.campaign_id = campaign.id
     AND delivery.outcome IN ('sent', 'unknown') AND delivery.at >= %(since_90)s
    WHERE campaign.brand_id = %(brand_id)s AND campaign.contact_kind = 'partner'
    GROUP BY delivery.customer_id
)
SELECT (
           SELECT count(DISTINCT purchase.customer_id)
           FROM customers_orderline AS line
           JOIN customers_product AS product
             ON product.brand_id = %(brand_id)s AND product.id = line.product_id
            AND lower(product.category) = lower(%(category)s)
           JOIN customers_order AS purchase
             ON purchase.brand_id = %(brand_id)s AND purchase.id = line.order_id
            AND purchase.is_counted
           JOIN audience ON audience.id = purchase.customer_id
           WHERE line.brand_id = %(brand_id)s
       ),
       (SELECT count(*) FROM mailed JOIN audience USING (id) WHERE mailed.at >= %(since_30)s),
       (SELECT count(*) FROM mailed JOIN audience USING (id))
