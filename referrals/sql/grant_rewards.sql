-- Promises become rewards, pending; what stands already is left as it is. In one order, so that two
-- who grant the same at once wait for each other instead of locking each other out.
INSERT INTO referrals_reward (
    brand_id, programme_id, version_id, referral_id, advocate_id, customer_id, holder_id, side,
    rule, trigger, kind, unit, amount_minor, open_minor, percent, state, order_id, basis_minor, allocation,
    available_at, simulated
)
SELECT %(brand_id)s::bigint, given.programme_id, given.version_id, given.referral_id, given.advocate_id,
       given.customer_id, given.customer_id, given.side, given.rule, given.trigger, given.kind,
       given.unit, given.amount_minor, given.amount_minor, given.percent, 'pending', given.order_id, given.basis_minor,
       given.allocation, given.available_at, given.simulated
FROM jsonb_to_recordset(%(rewards)s::jsonb) AS given (
    programme_id bigint, version_id bigint, referral_id bigint, advocate_id bigint,
    customer_id bigint, side text, rule text, trigger text, kind text, unit text,
    amount_minor bigint, percent integer, order_id bigint, basis_minor bigint, allocation jsonb,
    available_at timestamptz, simulated boolean
)
ORDER BY given.trigger, given.rule, given.side
ON CONFLICT (brand_id, trigger, rule, advocate_id, side) DO NOTHING
RETURNING id, uid, created_at, trigger, rule, advocate_id, side
