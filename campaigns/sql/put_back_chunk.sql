-- Not done: somebody continues with it after a while, and looks again whose turn it is.
WITH item AS (
    UPDATE accounts_workitem
    SET owner = NULL,
        attempts = attempts - %(uncounted)s,
        due_at = now() + make_interval(secs => %(seconds)s)
    WHERE id = %(item_id)s AND owner = %(owner)s
    RETURNING id
)
UPDATE campaigns_chunk
SET state = 'planned', owner = NULL, intent = 0, decided = 0, waiting = %(waiting)s,
    reserved = NULL, reserved_at = NULL
WHERE brand_id = %(brand_id)s AND id = %(chunk_id)s AND owner = %(owner)s
