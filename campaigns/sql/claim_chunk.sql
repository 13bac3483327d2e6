-- The chunk behind a claimed piece of work; none when it is done already.
UPDATE campaigns_chunk
SET state = 'sending', owner = %(owner)s, host = %(host)s
WHERE brand_id = %(brand_id)s AND id = %(chunk_id)s AND state = 'planned'
RETURNING campaign_id, customer_ids, intent
