-- The chunk is done and its piece of work with it.
WITH item AS (
    DELETE FROM accounts_workitem WHERE id = %(item_id)s AND owner = %(owner)s RETURNING id
)
UPDATE campaigns_chunk
SET state = 'done', owner = NULL, waiting = 0, done_at = now(), reserved = NULL, reserved_at = NULL
WHERE brand_id = %(brand_id)s AND id = %(chunk_id)s AND owner = %(owner)s
