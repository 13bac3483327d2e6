-- What became of many messages, in one statement; an outcome that stands already is kept. From now
-- on the outcome counts under the contact rules, no longer that the mail is about to leave. Where a
-- segment asks about mails, whoever was sent one is looked at again.
WITH written AS (
    INSERT INTO campaigns_delivery (
        brand_id, campaign_id, customer_id, outcome, reason, detail, variant
    )
    SELECT %(brand_id)s,
           %(campaign_id)s,
           result.*,
           (
               SELECT variant FROM campaigns_chunk
               WHERE brand_id = %(brand_id)s AND id = %(chunk_id)s
           )
    FROM unnest(
        %(customer_ids)s::bigint[], %(outcomes)s::text[], %(reasons)s::text[], %(details)s::text[]
    ) AS result
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
