-- Take over a dead sender's chunk; nothing when somebody else was quicker.
WITH item AS (
    UPDATE accounts_workitem
    SET owner = %(owner)s, attempts = attempts + 1
    WHERE id = %(item_id)s AND owner = %(former_owner)s
    RETURNING ref_id
)
UPDATE campaigns_chunk AS chunk
SET owner = %(owner)s, host = %(host)s
FROM item
WHERE chunk.brand_id = %(brand_id)s AND chunk.id = item.ref_id AND chunk.state = 'sending'
  AND chunk.owner = %(former_owner)s
RETURNING chunk.campaign_id, chunk.customer_ids, chunk.variant, true AS is_begun
