-- How many people came to each step of a referral programme, by the way they came.
--
-- Whoever shared or saw the offer counts once a day and way, and so does whoever opened a link,
-- known by the shop's visitor id or else by network and browser; programs do not count. Friends
-- who named a code without a link came too. Rows: step, channel, people; only where there is
-- somebody.
--
-- brand_id, programme_id; since, until: instants, the second excluded; since_on, until_on: the
-- brand's days, both included; zone: of the brand; segment_id: only advocates who are in it now,
-- or NULL.
WITH of_segment AS MATERIALIZED (
    SELECT advocate.id
    FROM referrals_advocate AS advocate
    JOIN customers_segmentmember AS member
        ON member.brand_id = %(brand_id)s AND member.segment_id = %(segment_id)s::bigint
        AND member.customer_id = advocate.customer_id AND member.left_at IS NULL
    WHERE advocate.brand_id = %(brand_id)s AND advocate.programme_id = %(programme_id)s
),
shared AS (
    SELECT share.kind AS step, share.channel,
           count(DISTINCT (coalesce(share.advocate_id, -share.id), share.on)) AS people
    FROM referrals_share AS share
    WHERE share.brand_id = %(brand_id)s AND share.programme_id = %(programme_id)s
        AND share.on BETWEEN %(since_on)s AND %(until_on)s
        AND (
            %(segment_id)s::bigint IS NULL
            OR share.advocate_id IN (SELECT of_segment.id FROM of_segment)
        )
    GROUP BY share.kind, share.channel
),
touched AS (
    SELECT touch.kind, touch.channel, touch.advocate_id, touch.friend_key,
           (touch.at AT TIME ZONE %(zone)s)::date AS day,
           coalesce(
               nullif(touch.visitor, ''),
               touch.network || ' ' || coalesce(touch.evidence ->> 'user_agent_hash', '')
           ) AS person
    FROM referrals_touch AS touch
    WHERE touch.brand_id = %(brand_id)s AND touch.programme_id = %(programme_id)s
        AND touch.at >= %(since)s AND touch.at < %(until)s AND NOT touch.is_machine
        AND touch.kind IN ('view', 'visit', 'claim')
        AND (
            %(segment_id)s::bigint IS NULL
            OR touch.advocate_id IN (SELECT of_segment.id FROM of_segment)
        )
),
brought AS (
    SELECT referral.channel, referral.state, touch.kind
    FROM referrals_referral AS referral
    LEFT JOIN referrals_touch AS touch
        ON touch.brand_id = %(brand_id)s AND touch.id = referral.touch_id
    WHERE referral.brand_id = %(brand_id)s AND referral.programme_id = %(programme_id)s
        AND referral.qualified_at >= %(since)s AND referral.qualified_at < %(until)s
        AND referral.state IN ('qualified', 'rewarded')
        AND (
            %(segment_id)s::bigint IS NULL
            OR referral.advocate_id IN (SELECT of_segment.id FROM of_segment)
        )
),
steps AS (
    SELECT step, channel, people FROM shared
    UNION ALL
    SELECT 'came', channel, count(DISTINCT (advocate_id, day, person))
    FROM touched WHERE kind IN ('view', 'visit') GROUP BY channel
    UNION ALL
    SELECT 'came', channel, count(*)
    FROM brought WHERE kind IN ('code', 'name', 'staff') GROUP BY channel
    UNION ALL
    SELECT 'claimed', channel, count(DISTINCT friend_key)
    FROM touched WHERE kind = 'claim' GROUP BY channel
    UNION ALL
    SELECT 'ordered', channel, count(*) FROM brought GROUP BY channel
    UNION ALL
    SELECT 'rewarded', channel, count(*) FROM brought WHERE state = 'rewarded' GROUP BY channel
)
SELECT step, channel, sum(people)::bigint FROM steps GROUP BY step, channel
