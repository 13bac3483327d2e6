-- What became of everybody on a list who has no outcome yet: handed over at a moment, or cancelled.
-- Where a segment asks about mails, whoever was written to is looked at again.
WITH written AS (
    INSERT INTO campaigns_delivery (
        brand_id, campaign_id, customer_id, outcome, reason, detail, at
    )
    SELECT %(brand_id)s, %(campaign_id)s, member.id, %(outcome)s, %(reason)s, '', %(at)s
    FROM (
        SELECT unnest(chunk.customer_ids) AS id
        FROM campaigns_chunk AS chunk
        WHERE chunk.brand_id = %(brand_id)s AND chunk.campaign_id = %(campaign_id)s
    ) AS member
    ON CONFLICT (brand_id, campaign_id, customer_id) DO NOTHING
    RETURNING customer_id, outcome
)
INSERT INTO customers_dirtycustomer (brand_id, customer_id)
SELECT %(brand_id)s, customer_id
FROM written
WHERE outcome = 'sent' AND EXISTS (
    SELECT FROM customers_segment
    WHERE brand_id = %(brand_id)s AND jsonb_path_exists(rule, '$.**.kind ? (@ == "message")')
)
