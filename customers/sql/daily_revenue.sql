-- Money per day of the brand's calendar: orders that count on the day they were placed (by whether
-- it was the customer's first), refunds on the day they were given.
SELECT
    day,
    sum(first_minor)::bigint,
    sum(repeat_minor)::bigint,
    sum(guest_minor)::bigint,
    sum(refunded_minor)::bigint,
    bool_or(simulated)
FROM (
    SELECT
        placed_on AS day,
        CASE WHEN rung = 1 THEN gross_minor ELSE 0 END AS first_minor,
        CASE WHEN rung > 1 THEN gross_minor ELSE 0 END AS repeat_minor,
        CASE WHEN rung IS NULL THEN gross_minor ELSE 0 END AS guest_minor,
        0 AS refunded_minor,
        simulated
    FROM customers_order
    WHERE brand_id = %(brand_id)s AND is_counted AND placed_on BETWEEN %(start)s AND %(end)s
    UNION ALL
    SELECT refunded_on, 0, 0, 0, amount_minor, false
    FROM customers_refund
    WHERE brand_id = %(brand_id)s AND is_counted AND refunded_on BETWEEN %(start)s AND %(end)s
) AS moves
GROUP BY day
ORDER BY day
