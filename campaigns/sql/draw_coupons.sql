-- Codes a shop has not confirmed are given to nobody.
-- One free code of the campaign's batch for each of these customers who has none of it yet. Codes
-- that another sender is drawing at this moment are passed over, so no code is drawn twice and
-- nobody waits.
WITH wanted AS (
    SELECT given.id, row_number() OVER (ORDER BY given.id) AS place
    FROM unnest(%(customer_ids)s::bigint[]) AS given (id)
    WHERE NOT EXISTS (
        SELECT FROM campaigns_coupon AS own
        WHERE own.brand_id = %(brand_id)s AND own.campaign_id = %(campaign_id)s
          AND own.customer_id = given.id
    )
),
locked AS (
    SELECT id
    FROM campaigns_coupon
    WHERE brand_id = %(brand_id)s AND batch_id = %(batch_id)s
      AND customer_id IS NULL AND redeemed_at IS NULL AND is_usable
    ORDER BY id
    LIMIT (SELECT count(*) FROM wanted)
    FOR UPDATE SKIP LOCKED
),
free AS (
    SELECT id, row_number() OVER (ORDER BY id) AS place FROM locked
)
UPDATE campaigns_coupon AS coupon
SET customer_id = wanted.id, campaign_id = %(campaign_id)s, drawn_at = now()
FROM wanted
JOIN free ON free.place = wanted.place
WHERE coupon.brand_id = %(brand_id)s AND coupon.id = free.id
