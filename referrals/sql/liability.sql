-- What was owed of each programme's rewards at a moment, by kind and by where they stood then: from
-- the rewards' own history alone, so that the ledger can be held against it.
WITH standing AS (
    SELECT step.reward_id,
           sum(step.amount_minor) AS open_minor,
           (array_agg(step.state ORDER BY step.id DESC))[1] AS state
    FROM referrals_rewardstep AS step
    WHERE step.brand_id = %(brand_id)s AND step.at <= %(at)s
    GROUP BY step.reward_id
    HAVING sum(step.amount_minor) <> 0
)
SELECT reward.programme_id, reward.kind, reward.unit, standing.state, count(*),
       sum(standing.open_minor)::bigint
FROM standing
JOIN referrals_reward AS reward
    ON reward.brand_id = %(brand_id)s AND reward.id = standing.reward_id
GROUP BY reward.programme_id, reward.kind, reward.unit, standing.state
ORDER BY reward.programme_id, reward.kind, reward.unit, standing.state
