-- People whose first order is at least so many days ago, by its month: those who were referred,
-- and the others of the same months. Of each the number, how many ordered again within those days,
-- and the net money of those days (sum, and sum of squares; minor units).
--
-- brand_id, as_of: day; days.
WITH referred AS (
    SELECT DISTINCT coalesce(customer.merged_into_id, customer.id) AS customer_id
    FROM referrals_referral AS referral
    JOIN customers_customer AS customer
        ON customer.brand_id = %(brand_id)s AND customer.id = referral.friend_id
    WHERE referral.brand_id = %(brand_id)s AND referral.state IN ('qualified', 'rewarded')
),
bought AS (
    SELECT date_trunc('month', facts.first_order_on)::date AS month,
           facts.customer_id IN (SELECT referred.customer_id FROM referred) AS is_referred,
           coalesce(facts.second_order_on <= facts.first_order_on + %(days)s::integer, false)
               AS is_back,
           coalesce(facts.order_gross[width_bucket(
               facts.first_order_on - DATE '1970-01-01' + %(days)s::integer, facts.order_days
           )], 0) - coalesce(facts.refund_minor[width_bucket(
               facts.first_order_on - DATE '1970-01-01' + %(days)s::integer, facts.refund_days
           )], 0) AS net_minor
    FROM customers_customerfacts AS facts
    WHERE facts.brand_id = %(brand_id)s
        AND facts.first_order_on <= %(as_of)s::date - %(days)s::integer
)
SELECT month,
       is_referred,
       count(*),
       count(*) FILTER (WHERE is_back),
       sum(net_minor)::float8,
       sum(net_minor::float8 * net_minor::float8)
FROM bought
WHERE month IN (SELECT month FROM bought WHERE is_referred)
GROUP BY month, is_referred
ORDER BY month, is_referred
