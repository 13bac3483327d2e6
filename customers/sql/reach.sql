-- One row: how many members there are and, each counted once and in this order, who has no
-- address, who is on the do-not-mail list, who has not allowed it; the rest can be mailed now.
-- {audience} is a compiled segment; %(brand_id)s, %(purpose)s and %(channel)s are parameters.
WITH member AS (
    SELECT
        customer.email_norm = '' AS has_no_address,
        EXISTS (
            SELECT FROM customers_suppression suppression
            WHERE suppression.brand_id = %(brand_id)s
              AND suppression.channel = %(channel)s
              AND suppression.address = customer.email_norm
        ) AS is_suppressed,
        EXISTS (
            SELECT FROM customers_consentstate state
            WHERE state.brand_id = %(brand_id)s
              AND state.customer_id = customer.id
              AND state.purpose = %(purpose)s
              AND state.channel = %(channel)s
              AND state.status = 'granted'
        ) AS has_consent
    FROM customers_customer customer
    WHERE customer.brand_id = %(brand_id)s
      AND customer.id IN ({audience})
)
SELECT
    count(*),
    count(*) FILTER (WHERE has_no_address),
    count(*) FILTER (WHERE NOT has_no_address AND is_suppressed),
    count(*) FILTER (WHERE NOT has_no_address AND NOT is_suppressed AND NOT has_consent)
FROM member
