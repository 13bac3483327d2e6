-- What a control group would cost and could show: how many of those who may be written to would be
-- held out, and how widely the net money per person swung in the last days. {permission} is the
-- judgement of customers.selectors.audience.
WITH person AS (
    SELECT judged.customer_id AS id,
           judged.reason = '' AS is_mailable,
           mod(substring(sha256(%(key)s::bytea || int8send(judged.customer_id)) FOR 6)::bigint, 10000)
               < %(below)s AS is_held
    FROM ({permission}) AS judged
),
spent AS (
    SELECT bought.customer_id AS id, sum(bought.gross_minor) AS minor
    FROM customers_order AS bought
    WHERE bought.brand_id = %(brand_id)s AND bought.is_counted AND bought.placed_on > %(after)s
      AND bought.customer_id IS NOT NULL
    GROUP BY bought.customer_id
)
SELECT count(*),
       count(*) FILTER (WHERE is_held),
       count(*) FILTER (WHERE is_mailable),
       count(*) FILTER (WHERE is_mailable AND is_held),
       coalesce(stddev_samp(coalesce(spent.minor, 0)), 0)::float8
FROM person
LEFT JOIN spent ON spent.id = person.id
