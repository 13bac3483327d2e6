-- What came of each variant of a campaign. What people did is counted for the variant they were
-- sent; attribution.sql goes into the place of attributed.
WITH sent AS (
    SELECT customer_id, variant
    FROM campaigns_delivery
    WHERE brand_id = %(brand_id)s AND campaign_id = %(campaign_id)s AND outcome = 'sent'
),
answered AS (
    SELECT customer_id,
           bool_or(kind = 'click' AND NOT is_machine) AS has_clicked,
           bool_or(kind = 'unsubscribe') AS has_left
    FROM campaigns_feedback
    WHERE brand_id = %(brand_id)s AND campaign_id = %(campaign_id)s
    GROUP BY customer_id
),
ordered AS (
    SELECT clicked_by AS customer_id, count(*) AS orders, sum(net_minor) AS net_minor
    FROM ({attributed}) AS attributed
    GROUP BY clicked_by
)
SELECT sent.variant,
       count(*),
       count(*) FILTER (WHERE answered.has_clicked),
       count(*) FILTER (WHERE answered.has_left),
       coalesce(sum(ordered.orders), 0)::bigint,
       coalesce(sum(ordered.net_minor), 0)::bigint
FROM sent
LEFT JOIN answered ON answered.customer_id = sent.customer_id
LEFT JOIN ordered ON ordered.customer_id = sent.customer_id
GROUP BY sent.variant
