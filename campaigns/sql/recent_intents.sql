-- What the last campaigns since a moment were for, newest first: those to the same segment, and
-- those that reached at least a tenth of its present members, judged by the first of these. One that
-- was cancelled or failed counts only by whom it had reached till then.
WITH members AS (
    SELECT customer_id
    FROM customers_segmentmember
    WHERE brand_id = %(brand_id)s AND segment_id = %(segment_id)s AND left_at IS NULL
    ORDER BY customer_id
    LIMIT %(sample)s
),
recent AS (
    SELECT id, intent, segment_id, state, launched_at
    FROM campaigns_campaign
    WHERE brand_id = %(brand_id)s AND launched_at >= %(since)s AND id <> %(campaign_id)s
    ORDER BY launched_at DESC, id DESC
    LIMIT %(campaigns)s
)
SELECT recent.intent
FROM recent
WHERE (recent.segment_id = %(segment_id)s AND recent.state NOT IN ('cancelled', 'failed'))
   OR 10 * (
       SELECT count(*)
       FROM campaigns_delivery AS delivery
       WHERE delivery.brand_id = %(brand_id)s AND delivery.campaign_id = recent.id
         AND delivery.outcome IN ('sent', 'unknown')
         AND delivery.customer_id = ANY(ARRAY(SELECT customer_id FROM members))
   ) >= greatest((SELECT count(*) FROM members), 1)
ORDER BY recent.launched_at DESC, recent.id DESC
LIMIT %(most)s
