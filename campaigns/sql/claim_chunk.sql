-- The chunk behind a claimed piece of work; none when it is done already. A host that stands there
-- already means that somebody has begun with it.
WITH former AS (
    SELECT id, host <> '' AS is_begun
    FROM campaigns_chunk
    WHERE brand_id = %(brand_id)s AND id = %(chunk_id)s AND state = 'planned'
    FOR NO KEY UPDATE
)
UPDATE campaigns_chunk AS chunk
SET state = 'sending', owner = %(owner)s, host = %(host)s
FROM former
WHERE chunk.brand_id = %(brand_id)s AND chunk.id = former.id
RETURNING chunk.campaign_id, chunk.customer_ids, chunk.variant, former.is_begun
