-- Lines of rewards' histories.
--
-- brand_id; steps: jsonb.
INSERT INTO referrals_rewardstep (
    brand_id, reward_id, state, what, amount_minor, debt_minor, reason, actor_kind, actor_id, at
)
SELECT %(brand_id)s::bigint, given.*
FROM jsonb_to_recordset(%(steps)s::jsonb) AS given (
    reward_id bigint, state text, what text, amount_minor bigint, debt_minor bigint, reason text,
    actor_kind text, actor_id bigint, at timestamptz
)
