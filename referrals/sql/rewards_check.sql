-- Rewards that do not agree with their history, and people whose open rewards are not what the
-- ledger owes them. Records that are one person now are looked at together: a balance is held in
-- the name of one of them.
WITH person AS (
    SELECT id, coalesce(merged_into_id, id) AS person_id
    FROM customers_customer
    WHERE brand_id = %(brand_id)s
),
promised AS (
    SELECT person.person_id, reward.unit, sum(reward.open_minor)::bigint AS open_minor
    FROM referrals_reward AS reward
    JOIN person ON person.id = reward.holder_id
    WHERE reward.brand_id = %(brand_id)s
    GROUP BY person.person_id, reward.unit
),
owed AS (
    SELECT person.person_id, account.unit, sum(account.balance_minor)::bigint AS owed_minor
    FROM accounts_ledgeraccount AS account
    JOIN person ON person.id = account.owner_id
    WHERE account.brand_id = %(brand_id)s AND account.owner_kind = 'customer'
      AND account.kind = ANY(%(liabilities)s)
    GROUP BY person.person_id, account.unit
),
history AS (
    SELECT reward_id, sum(amount_minor)::bigint AS open_minor
    FROM referrals_rewardstep
    WHERE brand_id = %(brand_id)s
    GROUP BY reward_id
)
SELECT 'open by its history', 'referrals_reward', reward.id,
       coalesce(history.open_minor, 0), reward.open_minor
FROM referrals_reward AS reward
LEFT JOIN history ON history.reward_id = reward.id
WHERE reward.brand_id = %(brand_id)s
  AND reward.open_minor <> coalesce(history.open_minor, 0)
UNION ALL
SELECT 'open rewards in ' || unit, 'customers_customer', person_id,
       coalesce(owed.owed_minor, 0), coalesce(promised.open_minor, 0)
FROM promised
FULL JOIN owed USING (person_id, unit)
WHERE coalesce(owed.owed_minor, 0) <> coalesce(promised.open_minor, 0)
ORDER BY 2, 3
