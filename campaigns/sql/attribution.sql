-- The orders that followed clicks on links of some campaigns: one row per order, for the campaign
-- clicked last among those whose days after the click had not passed. So no order counts twice,
-- whatever campaigns are asked about together, and another number of days is another answer at
-- once: nothing is stored. An order that came with a code of a letter or a call is that one's, whatever
-- was clicked (list_result.sql): a code names its campaign. Clicks of programs are no clicks. An order's money is what was paid for
-- it, discounts off, less what was paid back.
-- Feedback keeps the customer it came from: who was merged since clicked as who they became.
SELECT last.order_id,
       last.campaign_id,
       last.link,
       last.clicked_by,
       last.customer_id,
       last.gross_minor - coalesce(
           (
               SELECT sum(refund.amount_minor)
               FROM customers_refund AS refund
               WHERE refund.brand_id = %(brand_id)s AND refund.order_id = last.order_id
                 AND refund.is_counted
           ),
           0
       ) AS net_minor,
       last.simulated
FROM (
    SELECT DISTINCT ON (bought.id)
           bought.id AS order_id,
           click.campaign_id,
           click.link,
           click.customer_id AS clicked_by,
           bought.customer_id,
           bought.gross_minor,
           bought.simulated
    FROM (
        SELECT DISTINCT coalesce(person.merged_into_id, person.id) AS id
        FROM campaigns_feedback AS click
        JOIN customers_customer AS person
          ON person.brand_id = click.brand_id AND person.id = click.customer_id
        WHERE click.brand_id = %(brand_id)s AND click.campaign_id = ANY(%(campaign_ids)s)
          AND click.kind = 'click' AND NOT click.is_machine
    ) AS clicker
    CROSS JOIN LATERAL (
        SELECT clicker.id
        UNION ALL
        SELECT gone.id
        FROM customers_customer AS gone
        WHERE gone.brand_id = %(brand_id)s AND gone.merged_into_id = clicker.id
    ) AS record
    JOIN campaigns_feedback AS click
      ON click.brand_id = %(brand_id)s AND click.customer_id = record.id
     AND click.kind = 'click' AND NOT click.is_machine
    JOIN campaigns_campaign AS campaign
      ON campaign.brand_id = %(brand_id)s AND campaign.id = click.campaign_id
    JOIN customers_order AS bought
      ON bought.brand_id = %(brand_id)s AND bought.customer_id = clicker.id
     AND bought.is_counted
     AND bought.placed_at >= click.at
     AND bought.placed_at < click.at + campaign.attribution_days * interval '1 day'
    WHERE NOT EXISTS (
        SELECT
        FROM campaigns_coupon AS coupon
        JOIN campaigns_campaign AS list
          ON list.brand_id = %(brand_id)s AND list.id = coupon.campaign_id
         AND list.channel <> 'email'
        WHERE coupon.brand_id = %(brand_id)s AND coupon.order_id = bought.id
          AND coupon.customer_id IS NOT NULL
    )
    ORDER BY bought.id, click.at DESC, click.id DESC
) AS last
WHERE last.campaign_id = ANY(%(campaign_ids)s)
