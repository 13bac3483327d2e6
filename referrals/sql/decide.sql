-- New referrals, and the receipts of what was decided. A receipt of a new referral finds it by the
-- order that made it and the programme.
--
-- brand_id; actor_kind, actor_id, note, at; referrals and decisions: jsonb.
WITH made AS (
    INSERT INTO referrals_referral (
        brand_id, programme_id, version_id, advocate_id, friend_id, friend_key, friend_label, state,
        touch_id, channel, order_id, identified_at, qualified_at, updated_at
    )
    SELECT %(brand_id)s::bigint, given.programme_id, given.version_id, given.advocate_id, given.friend_id,
           given.friend_key, given.friend_label, given.state, given.touch_id, given.channel,
           given.order_id, %(at)s::timestamptz, given.qualified_at, given.updated_at
    FROM ROWS FROM (
        jsonb_to_recordset(%(referrals)s::jsonb) AS (
            programme_id bigint, version_id bigint, advocate_id bigint, friend_id bigint,
            friend_key text, friend_label text, state text, touch_id bigint, channel text,
            order_id bigint, qualified_at timestamptz, updated_at timestamptz
        )
    ) WITH ORDINALITY AS given
    ORDER BY given.ordinality
    RETURNING id, order_id, programme_id
),
decided AS (
    INSERT INTO referrals_decision (
        brand_id, programme_id, version_id, referral_id, order_id, outcome, reason, evidence, at,
        actor_kind, actor_id, note
    )
    SELECT %(brand_id)s::bigint, given.programme_id, given.version_id, coalesce(given.referral_id, m.id),
           given.order_id, given.outcome, given.reason, given.evidence, %(at)s::timestamptz, %(actor_kind)s::text,
           %(actor_id)s::bigint, %(note)s::text
    FROM ROWS FROM (
        jsonb_to_recordset(%(decisions)s::jsonb) AS (
            programme_id bigint, version_id bigint, referral_id bigint, new_of_order bigint,
            order_id bigint, outcome text, reason text, evidence jsonb
        )
    ) WITH ORDINALITY AS given
    LEFT JOIN made AS m
        ON m.order_id = given.new_of_order AND m.programme_id = given.programme_id
    ORDER BY given.ordinality
)
SELECT id, order_id, programme_id FROM made
