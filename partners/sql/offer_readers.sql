-- Of these customers: why they may not be mailed partners' offers ('' when they may), what they
-- last said to such offers, which partners and kinds of offers they said no to, and what they took.
-- In the place of permission goes the judgement of customers.selectors.audience for partner_offers.
SELECT wanted.id,
       permission.reason,
       (
           SELECT state.status FROM customers_consentstate AS state
           WHERE state.brand_id = %(brand_id)s AND state.customer_id = wanted.id
             AND state.purpose = 'partner_offers' AND state.channel = 'email'
       ),
       ARRAY(
           SELECT state.purpose::text FROM customers_consentstate AS state
           WHERE state.brand_id = %(brand_id)s AND state.customer_id = wanted.id
             AND state.status = 'withdrawn'
             AND (state.purpose ^@ 'partner:' OR state.purpose ^@ 'offers:')
       ),
       ARRAY(
           SELECT claim.offer_id FROM partners_offerclaim AS claim
           WHERE claim.brand_id = %(brand_id)s AND claim.customer_id = wanted.id
       )
FROM unnest(%(customer_ids)s::bigint[]) AS wanted (id)
JOIN LATERAL (
    SELECT judged.reason
    FROM ({permission}) AS judged
    WHERE judged.customer_id = wanted.id
    OFFSET 0
) AS permission ON true
