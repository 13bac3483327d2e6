-- Those who waited for the winner get this variant, and senders one piece of work per chunk. Their
-- moment is now, or later: how long they wait for their turn is counted from then on.
WITH released AS (
    UPDATE campaigns_chunk SET variant = %(variant)s, due_at = greatest(now(), due_at)
    WHERE brand_id = %(brand_id)s AND campaign_id = %(campaign_id)s AND variant = '-'
    RETURNING id, due_at
),
work AS (
    INSERT INTO accounts_workitem (brand_id, kind, ref_id, due_at)
    SELECT %(brand_id)s, %(kind)s, id, due_at FROM released
    RETURNING id
)
SELECT count(*) FROM work
