-- What came of some offers: mails delivered, people who clicked in them, people who took the offer,
-- vouchers redeemed and not taken back, and what its partner owes (or, below zero, is owed) for it.
-- Each table is read once, however many offers are asked for.
--
-- brand_id; offer_ids: bigint[].
WITH asked AS (
    SELECT id, campaign_id
    FROM partners_offer
    WHERE brand_id = %(brand_id)s AND id = ANY(%(offer_ids)s::bigint[])
),
mailed AS (
    SELECT campaign_id, count(*) AS people
    FROM campaigns_delivery
    WHERE brand_id = %(brand_id)s AND outcome = 'sent'
      AND campaign_id = ANY(ARRAY(SELECT campaign_id FROM asked))
    GROUP BY campaign_id
),
clicked AS (
    SELECT campaign_id, count(DISTINCT customer_id) AS people
    FROM campaigns_feedback
    WHERE brand_id = %(brand_id)s AND kind = 'click' AND NOT is_machine
      AND campaign_id = ANY(ARRAY(SELECT campaign_id FROM asked))
    GROUP BY campaign_id
),
taken AS (
    SELECT offer_id, count(*) AS people
    FROM partners_offerclaim
    WHERE brand_id = %(brand_id)s AND offer_id = ANY(%(offer_ids)s::bigint[])
    GROUP BY offer_id
),
-- One whose redemption was taken back is no longer in this state.
used AS (
    SELECT cause_id AS offer_id, count(*) AS vouchers
    FROM partners_voucher
    WHERE brand_id = %(brand_id)s AND state = 'redeemed' AND cause_kind = 'offer'
      AND cause_id = ANY(%(offer_ids)s::bigint[])
    GROUP BY cause_id
),
owed AS (
    SELECT offer_id, -sum(amount_minor)::bigint AS minor
    FROM partners_commissionline
    WHERE brand_id = %(brand_id)s AND offer_id = ANY(%(offer_ids)s::bigint[])
    GROUP BY offer_id
)
SELECT asked.id,
       coalesce(mailed.people, 0),
       coalesce(clicked.people, 0),
       coalesce(taken.people, 0),
       coalesce(used.vouchers, 0),
       coalesce(owed.minor, 0)
FROM asked
LEFT JOIN mailed ON mailed.campaign_id = asked.campaign_id
LEFT JOIN clicked ON clicked.campaign_id = asked.campaign_id
LEFT JOIN taken ON taken.offer_id = asked.id
LEFT JOIN used ON used.offer_id = asked.id
LEFT JOIN owed ON owed.offer_id = asked.id
