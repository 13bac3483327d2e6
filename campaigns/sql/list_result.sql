-- What came back with the codes of campaigns by letter or phone, one row each: how many were given,
-- how many of them were used, and the counted orders they came with, less what was paid back. An
-- order with two codes of one campaign counts once.
SELECT coupon.campaign_id,
       count(*),
       count(coupon.redeemed_at),
       count(DISTINCT bought.id),
       coalesce(
           (
               SELECT sum(once.gross_minor - coalesce(
                   (
                       SELECT sum(refund.amount_minor)
                       FROM customers_refund AS refund
                       WHERE refund.brand_id = %(brand_id)s AND refund.order_id = once.id
                         AND refund.is_counted
                   ),
                   0
               ))
               FROM customers_order AS once
               WHERE once.brand_id = %(brand_id)s AND once.is_counted
                 AND once.id IN (
                     SELECT own.order_id
                     FROM campaigns_coupon AS own
                     WHERE own.brand_id = %(brand_id)s AND own.campaign_id = coupon.campaign_id
                       AND own.customer_id IS NOT NULL
                 )
           ),
           0
       )::bigint
FROM campaigns_campaign AS campaign
JOIN campaigns_coupon AS coupon
  ON coupon.brand_id = %(brand_id)s AND coupon.campaign_id = campaign.id
 AND coupon.customer_id IS NOT NULL
LEFT JOIN customers_order AS bought
  ON bought.brand_id = %(brand_id)s AND bought.id = coupon.order_id AND bought.is_counted
WHERE campaign.brand_id = %(brand_id)s AND campaign.id = ANY(%(campaign_ids)s)
  AND campaign.channel <> 'email'
GROUP BY coupon.campaign_id
