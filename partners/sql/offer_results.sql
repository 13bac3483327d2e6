-- What came of some offers: mails delivered, people who clicked in them, people who took the offer,
-- vouchers redeemed and not taken back, and what its partner owes (or, below zero, is owed) for it.
SELECT offer.id,
       (
           SELECT count(*) FROM campaigns_delivery AS delivery
           WHERE delivery.brand_id = %(brand_id)s AND delivery.campaign_id = offer.campaign_id
             AND delivery.outcome = 'sent'
       ),
       (
           SELECT count(DISTINCT click.customer_id) FROM campaigns_feedback AS click
           WHERE click.brand_id = %(brand_id)s AND click.campaign_id = offer.campaign_id
             AND click.kind = 'click' AND NOT click.is_machine
       ),
       (
           SELECT count(*) FROM partners_offerclaim AS claim
           WHERE claim.brand_id = %(brand_id)s AND claim.offer_id = offer.id
       ),
       (
           SELECT count(*)
           FROM partners_voucher AS voucher
           JOIN partners_redemption AS redemption
             ON redemption.brand_id = %(brand_id)s AND redemption.voucher_id = voucher.id
            AND redemption.taken_back_at IS NULL
           WHERE voucher.brand_id = %(brand_id)s AND voucher.cause_kind = 'offer'
             AND voucher.cause_id = offer.id
       ),
       (
           SELECT coalesce(-sum(line.amount_minor), 0)::bigint
           FROM partners_commissionline AS line
           WHERE line.brand_id = %(brand_id)s AND line.offer_id = offer.id
       )
FROM partners_offer AS offer
WHERE offer.brand_id = %(brand_id)s AND offer.id = ANY(%(offer_ids)s::bigint[])
