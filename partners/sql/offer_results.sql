-- What came of some offers: mails delivered, people who clicked in them, people who took the offer,
-- vouchers redeemed and not taken back, and what its partner owes (or, below zero, is owed) for it.
--
-- brand_id; offer_ids: bigint[].
SELECT offer.id,
       mailed.people,
       clicked.people,
       taken.people,
       used.vouchers,
       coalesce(owed.minor, 0)
FROM partners_offer AS offer
-- All of them without the few that were not sent: each counted from an index alone.
CROSS JOIN LATERAL (
    SELECT (
        SELECT count(*) FROM campaigns_delivery
        WHERE brand_id = %(brand_id)s AND campaign_id = offer.campaign_id
    ) - (
        SELECT count(*) FROM campaigns_delivery
        WHERE brand_id = %(brand_id)s AND campaign_id = offer.campaign_id AND outcome <> 'sent'
    ) AS people
) AS mailed
CROSS JOIN LATERAL (
    SELECT count(DISTINCT customer_id) AS people FROM campaigns_feedback
    WHERE brand_id = %(brand_id)s AND campaign_id = offer.campaign_id
      AND kind = 'click' AND NOT is_machine
) AS clicked
CROSS JOIN LATERAL (
    SELECT count(*) AS people FROM partners_offerclaim
    WHERE brand_id = %(brand_id)s AND offer_id = offer.id
) AS taken
-- By the offer's own pools, since vouchers are looked up by pool. One whose redemption was taken back
-- is no longer in this state.
CROSS JOIN LATERAL (
    SELECT count(*) AS vouchers FROM partners_voucher AS voucher
    JOIN partners_voucherpool AS pool
      ON pool.brand_id = %(brand_id)s AND pool.offer_id = offer.id AND pool.id = voucher.pool_id
    WHERE voucher.brand_id = %(brand_id)s AND voucher.state = 'redeemed'
      AND voucher.cause_kind = 'offer' AND voucher.cause_id = offer.id
) AS used
CROSS JOIN LATERAL (
    SELECT -sum(amount_minor)::bigint AS minor FROM partners_commissionline
    WHERE brand_id = %(brand_id)s AND offer_id = offer.id
) AS owed
WHERE offer.brand_id = %(brand_id)s AND offer.id = ANY(%(offer_ids)s::bigint[])
