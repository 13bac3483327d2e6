-- Advocates of a programme and what each brought: how many there are, how many shared, the friends
-- who ordered (sum, and sum of squares, over advocates), and the median days from the touch that
-- won to the order with the number of orders behind it. By arm of the experiment (NULL: the terms
-- as they are) when by_arm is true, else one row.
--
-- brand_id, programme_id; since, until: instants, the second excluded; segment_id or NULL; by_arm.
WITH advocates AS (
    SELECT advocate.id, CASE WHEN %(by_arm)s THEN advocate.arm END AS arm
    FROM referrals_advocate AS advocate
    WHERE advocate.brand_id = %(brand_id)s AND advocate.programme_id = %(programme_id)s
        AND advocate.joined_at < %(until)s
        AND (
            %(segment_id)s::bigint IS NULL
            OR advocate.customer_id IN (
                SELECT member.customer_id
                FROM customers_segmentmember AS member
                WHERE member.brand_id = %(brand_id)s
                    AND member.segment_id = %(segment_id)s::bigint AND member.left_at IS NULL
            )
        )
),
brought AS (
    SELECT referral.advocate_id,
           EXTRACT(epoch FROM orders.placed_at - touch.at) / 86400 AS days
    FROM referrals_referral AS referral
    LEFT JOIN customers_order AS orders
        ON orders.brand_id = %(brand_id)s AND orders.id = referral.order_id
    LEFT JOIN referrals_touch AS touch
        ON touch.brand_id = %(brand_id)s AND touch.id = referral.touch_id
        AND touch.at < orders.placed_at
    WHERE referral.brand_id = %(brand_id)s AND referral.programme_id = %(programme_id)s
        AND referral.qualified_at >= %(since)s AND referral.qualified_at < %(until)s
        AND referral.state IN ('qualified', 'rewarded')
),
counted AS (
    SELECT advocate_id, count(*) AS friends FROM brought GROUP BY advocate_id
),
sharers AS (
    SELECT DISTINCT share.advocate_id
    FROM referrals_share AS share
    WHERE share.brand_id = %(brand_id)s AND share.programme_id = %(programme_id)s
        AND share.kind = 'shared' AND share.on BETWEEN %(since_on)s AND %(until_on)s
),
cycle AS (
    SELECT advocates.arm,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY brought.days) AS days,
           count(brought.days) AS orders
    FROM brought
    JOIN advocates ON advocates.id = brought.advocate_id
    GROUP BY advocates.arm
)
SELECT advocates.arm,
       count(*),
       count(sharers.advocate_id),
       coalesce(sum(counted.friends), 0)::bigint,
       coalesce(sum(counted.friends * counted.friends), 0)::bigint,
       max(cycle.days)::float8,
       coalesce(max(cycle.orders), 0)
FROM advocates
LEFT JOIN sharers ON sharers.advocate_id = advocates.id
LEFT JOIN counted ON counted.advocate_id = advocates.id
LEFT JOIN cycle ON cycle.arm IS NOT DISTINCT FROM advocates.arm
GROUP BY advocates.arm
ORDER BY advocates.arm NULLS FIRST
