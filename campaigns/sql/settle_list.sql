-- Who stands on a list and may not be written to any more, or got no code though the campaign has
-- some: a skipped delivery with the reason. In the place of permission goes the judgement of
-- customers.selectors.audience for the list's channel, which knows living customers only.
INSERT INTO campaigns_delivery (brand_id, campaign_id, customer_id, outcome, reason, detail)
SELECT %(brand_id)s, %(campaign_id)s, judged.id, 'skipped', judged.reason, ''
FROM (
    SELECT member.id,
           CASE
               WHEN customer.erased_at IS NOT NULL THEN 'erased'
               WHEN customer.merged_into_id IS NOT NULL THEN 'merged'
               WHEN permission.reason <> '' THEN permission.reason
               WHEN %(asks_code)s AND coupon.id IS NULL THEN 'no_coupon'
               ELSE ''
           END AS reason
    FROM (
        SELECT unnest(chunk.customer_ids) AS id
        FROM campaigns_chunk AS chunk
        WHERE chunk.brand_id = %(brand_id)s AND chunk.campaign_id = %(campaign_id)s
    ) AS member
    JOIN customers_customer AS customer
      ON customer.brand_id = %(brand_id)s AND customer.id = member.id
    LEFT JOIN ({permission}) AS permission ON permission.customer_id = member.id
    LEFT JOIN campaigns_coupon AS coupon
      ON coupon.brand_id = %(brand_id)s AND coupon.campaign_id = %(campaign_id)s
     AND coupon.customer_id = member.id
) AS judged
WHERE judged.reason <> ''
ON CONFLICT (brand_id, campaign_id, customer_id) DO NOTHING
