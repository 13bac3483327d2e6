-- Take one waiting chunk for this sender: the next brand after the one it served last, so that a
-- brand with half a million mails waiting delays nobody by more than one chunk. Who rests is left out:
-- their own mail server does not answer, or their mails of this moment have gone.
UPDATE accounts_workitem
SET owner = %(owner)s, attempts = attempts + 1
WHERE id = (
    SELECT id
    FROM accounts_workitem
    WHERE kind = %(kind)s AND owner IS NULL AND failed_at IS NULL AND due_at <= now()
      AND brand_id <> ALL(%(resting)s::bigint[])
    ORDER BY (brand_id <= %(last_brand_id)s), brand_id, due_at, id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING id, brand_id, ref_id, attempts
