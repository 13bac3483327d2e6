-- The few orders that anything ties to an advocate, each with its pieces of evidence.
--
-- A touch speaks for an order that it names, or for what its person orders later: known as a
-- customer (records merged into it included), by an address in its canonical spelling
-- (rules/identity.py says the same), or as a visitor of whom another such touch tells. Who has a
-- referral that counts already, or was refused for good by an earlier order, is not looked at again
-- but for orders that are named, and for the order of a referral: what counts by it must be able to
-- end, whatever came later.
--
-- Begins with `wanted`, the orders to look at: these_orders.sql, or undecided_of_file.sql. A text for
-- each, since no one plan fits both.
--
-- brand_id; since: no older touches; final_reasons: text[]; erased_inner, erased_outer: bytea (keyed
-- hash); plus_domains: text[]; domain_aliases: jsonb.
buyer AS MATERIALIZED (
    SELECT DISTINCT customer_id AS id FROM wanted
),
record AS (
    SELECT id AS buyer_id, id AS customer_id FROM buyer
    UNION ALL
    SELECT c.merged_into_id, c.id
    FROM customers_customer AS c
    JOIN buyer AS b ON b.id = c.merged_into_id
    WHERE c.brand_id = %(brand_id)s
),
address AS (
    SELECT i.customer_id AS buyer_id, i.value_norm,
           split_part(i.value_norm, '@', 1) AS local_part,
           coalesce(
               %(domain_aliases)s::jsonb ->> split_part(i.value_norm, '@', 2),
               split_part(i.value_norm, '@', 2)
           ) AS domain
    FROM customers_identity AS i
    JOIN buyer AS b ON b.id = i.customer_id
    WHERE i.brand_id = %(brand_id)s AND i.kind = 'email'
),
plain AS (
    SELECT buyer_id, local_part, domain,
           CASE WHEN domain = ANY(%(plus_domains)s::text[])
                THEN split_part(local_part, '+', 1) ELSE local_part END AS trimmed
    FROM address
),
mailbox AS (
    SELECT DISTINCT buyer_id, encode(
        sha256(%(erased_outer)s::bytea || sha256(%(erased_inner)s::bytea || convert_to(
            'friend ' || coalesce(nullif(
                CASE WHEN domain = 'gmail.com' THEN replace(trimmed, '.', '') ELSE trimmed END, ''
            ), local_part) || '@' || domain,
            'UTF8'
        ))),
        'hex'
    ) AS friend_key
    FROM plain
),
touch AS NOT MATERIALIZED (
    SELECT t.id, t.programme_id, t.at, t.customer_id, t.friend_key, t.visitor, t.order_source,
           t.order_ref
    FROM referrals_touch AS t
    WHERE t.brand_id = %(brand_id)s AND NOT t.is_machine AND t.kind <> 'view'
      AND t.at >= %(since)s
),
own AS MATERIALIZED (
    SELECT w.id AS order_id, r.programme_id, r.touch_id
    FROM wanted AS w
    JOIN referrals_referral AS r ON r.brand_id = %(brand_id)s AND r.order_id = w.id
),
tie AS (
    SELECT w.id AS order_id, t.id AS touch_id, t.visitor, true AS names_order
    FROM wanted AS w
    JOIN touch AS t ON t.order_source = w.source AND t.order_ref = w.source_id
    WHERE t.order_ref <> ''
    UNION
    SELECT w.id, t.id, t.visitor, false
    FROM wanted AS w
    JOIN record AS r ON r.buyer_id = w.customer_id
    JOIN touch AS t ON t.customer_id = r.customer_id
    WHERE t.order_ref = '' AND t.at <= w.placed_at
    UNION
    SELECT w.id, t.id, t.visitor, false
    FROM wanted AS w
    JOIN mailbox AS m ON m.buyer_id = w.customer_id
    JOIN touch AS t ON t.friend_key = m.friend_key
    WHERE t.order_ref = '' AND t.friend_key <> '' AND t.at <= w.placed_at
    UNION
    SELECT o.order_id, t.id, t.visitor, false
    FROM own AS o
    JOIN touch AS t ON t.id = o.touch_id
),
seen AS (
    SELECT order_id, touch_id, names_order FROM tie
    UNION
    SELECT x.order_id, t.id, false
    FROM tie AS x
    JOIN wanted AS w ON w.id = x.order_id
    JOIN touch AS t ON t.visitor = x.visitor
    WHERE x.visitor <> '' AND t.order_ref = '' AND t.at <= w.placed_at
),
spoken AS MATERIALIZED (
    SELECT s.order_id, s.touch_id, s.names_order, w.customer_id, w.placed_at,
           t.programme_id
    FROM seen AS s
    JOIN wanted AS w ON w.id = s.order_id
    JOIN touch AS t ON t.id = s.touch_id
),
settled AS (  -- joined, not asked for each row: a whole file is looked at as well
    SELECT s.order_id, s.programme_id
    FROM spoken AS s
    JOIN record AS p ON p.buyer_id = s.customer_id
    JOIN referrals_referral AS r
        ON r.brand_id = %(brand_id)s AND r.friend_id = p.customer_id
        AND r.programme_id = s.programme_id
    WHERE NOT s.names_order AND r.state IN ('qualified', 'rewarded') AND r.order_id <> s.order_id
    UNION
    SELECT s.order_id, s.programme_id
    FROM spoken AS s
    JOIN customers_order AS earlier
        ON earlier.brand_id = %(brand_id)s AND earlier.customer_id = s.customer_id
    JOIN referrals_decision AS d
        ON d.brand_id = %(brand_id)s AND d.order_id = earlier.id
        AND d.programme_id = s.programme_id
    WHERE NOT s.names_order
      AND (earlier.placed_at, earlier.id) < (s.placed_at, s.order_id)
      AND d.reason = ANY(%(final_reasons)s::text[])
)
SELECT s.order_id, s.touch_id, bool_or(s.names_order)
FROM spoken AS s
LEFT JOIN settled AS x ON x.order_id = s.order_id AND x.programme_id = s.programme_id
LEFT JOIN own AS o ON o.order_id = s.order_id AND o.programme_id = s.programme_id
WHERE s.names_order OR x.order_id IS NULL OR o.order_id IS NOT NULL
GROUP BY s.order_id, s.touch_id
