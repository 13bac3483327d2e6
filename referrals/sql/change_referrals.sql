-- Referrals as they stand after a decision.
--
-- brand_id; referrals: jsonb.
UPDATE referrals_referral AS r
SET version_id = given.version_id, friend_id = given.friend_id, friend_key = given.friend_key,
    friend_label = given.friend_label, touch_id = given.touch_id, channel = given.channel,
    order_id = given.order_id, state = given.state, reason = given.reason,
    qualified_at = given.qualified_at, updated_at = given.updated_at
FROM jsonb_to_recordset(%(referrals)s::jsonb) AS given (
    id bigint, version_id bigint, friend_id bigint, friend_key text, friend_label text,
    touch_id bigint, channel text, order_id bigint, state text, reason text,
    qualified_at timestamptz, updated_at timestamptz
)
WHERE r.brand_id = %(brand_id)s AND r.id = given.id
