-- What came back with the codes of a campaign: how many were given, how many of them were used, and
-- the counted orders they came with, less what was paid back. An order with two codes counts once.
SELECT count(*),
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
                     WHERE own.brand_id = %(brand_id)s AND own.campaign_id = %(campaign_id)s
                 )
           ),
           0
       )::bigint
FROM campaigns_coupon AS coupon
LEFT JOIN customers_order AS bought
  ON bought.brand_id = coupon.brand_id AND bought.id = coupon.order_id AND bought.is_counted
WHERE coupon.brand_id = %(brand_id)s AND coupon.campaign_id = %(campaign_id)s
