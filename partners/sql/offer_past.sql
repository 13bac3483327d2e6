-- What offers of a category came to so far: mails delivered, vouchers redeemed (not taken back), and
-- what their partners owe for it.
WITH offers AS (
    SELECT offer.id, offer.campaign_id
    FROM partners_offer AS offer
    WHERE offer.brand_id = %(brand_id)s AND offer.category_id = %(category_id)s
)
SELECT (
           SELECT count(*)
           FROM offers
           JOIN campaigns_delivery AS delivery
             ON delivery.brand_id = %(brand_id)s AND delivery.campaign_id = offers.campaign_id
            AND delivery.outcome = 'sent'
       ),
       (
           SELECT count(*)
           FROM offers
           JOIN partners_voucher AS voucher
             ON voucher.brand_id = %(brand_id)s AND voucher.cause_kind = 'offer'
            AND voucher.cause_id = offers.id
           JOIN partners_redemption AS redemption
             ON redemption.brand_id = %(brand_id)s AND redemption.voucher_id = voucher.id
            AND redemption.taken_back_at IS NULL
       ),
       (
           SELECT coalesce(-sum(line.amount_minor), 0)::bigint
           FROM offers
           JOIN partners_commissionline AS line
             ON line.brand_id = %(brand_id)s AND line.offer_id = offers.id
       )
