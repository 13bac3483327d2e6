-- Lines whose time for refunds is over become due, the oldest first: of one partnership, or of all.
-- Per partnership how many, and how much of it the partner earns.
WITH ready AS (
    SELECT id
    FROM partners_commissionline
    WHERE brand_id = %(brand_id)s AND state = 'pending' AND locked_until <= %(now)s
      AND (%(partnership_id)s::bigint IS NULL OR partnership_id = %(partnership_id)s)
    ORDER BY locked_until, id
    LIMIT %(limit)s
    FOR NO KEY UPDATE SKIP LOCKED
),
cleared AS (
    UPDATE partners_commissionline AS line
    SET state = 'due'
    FROM ready
    WHERE line.brand_id = %(brand_id)s AND line.id = ready.id
    RETURNING line.partnership_id, line.amount_minor
)
SELECT partnership_id, count(*),
       coalesce(sum(amount_minor) FILTER (WHERE amount_minor > 0), 0)::bigint
FROM cleared
GROUP BY partnership_id
