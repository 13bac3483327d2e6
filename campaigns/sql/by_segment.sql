-- What came of a campaign by the brand's segments: those written to who were in each at the launch,
-- or are in it now where it was made since. Somebody in two segments counts in both.
-- attribution.sql goes into the place of attributed.
WITH sent AS (
    SELECT customer_id
    FROM campaigns_delivery
    WHERE brand_id = %(brand_id)s AND campaign_id = %(campaign_id)s AND outcome = 'sent'
),
answered AS (
    SELECT customer_id,
           bool_or(kind = 'click' AND NOT is_machine) AS has_clicked,
           bool_or(kind IN ('unsubscribe', 'complaint')) AS has_left
    FROM campaigns_feedback
    WHERE brand_id = %(brand_id)s AND campaign_id = %(campaign_id)s
    GROUP BY customer_id
),
ordered AS (
    SELECT clicked_by AS customer_id, count(*) AS orders, sum(net_minor) AS net_minor
    FROM ({attributed}) AS attributed
    GROUP BY clicked_by
)
SELECT segment.uid,
       segment.name,
       count(*),
       count(*) FILTER (WHERE answered.has_clicked),
       count(*) FILTER (WHERE answered.has_left),
       coalesce(sum(ordered.orders), 0)::bigint,
       coalesce(sum(ordered.net_minor), 0)::bigint
FROM sent
JOIN customers_segmentmember AS member
  ON member.brand_id = %(brand_id)s AND member.customer_id = sent.customer_id
JOIN customers_segment AS segment
  ON segment.brand_id = %(brand_id)s AND segment.id = member.segment_id
 AND CASE
         WHEN segment.created_at > %(launched_at)s THEN member.left_at IS NULL
         ELSE member.entered_at <= %(launched_at)s
              AND (member.left_at IS NULL OR member.left_at > %(launched_at)s)
     END
LEFT JOIN answered ON answered.customer_id = sent.customer_id
LEFT JOIN ordered ON ordered.customer_id = sent.customer_id
GROUP BY segment.id, segment.uid, segment.name
ORDER BY count(*) DESC, segment.name
LIMIT %(most)s
