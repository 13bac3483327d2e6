-- How one customer stands in one programme: no row for a programme that never started. `codes` are of
-- their own part in it, else of the oldest part of whoever was merged into them.
--
-- brand_id, programme_id, customer_id.
WITH person AS (
    SELECT %(customer_id)s::bigint AS id
    UNION ALL
    SELECT id FROM customers_customer
    WHERE brand_id = %(brand_id)s AND merged_into_id = %(customer_id)s
),
part AS (
    SELECT id, customer_id <> %(customer_id)s AS is_inherited, arm, barred_at, share_text
    FROM referrals_advocate
    WHERE brand_id = %(brand_id)s AND programme_id = %(programme_id)s
      AND customer_id IN (SELECT id FROM person)
),
first AS (
    SELECT part.*,
           -- One condition for each of two small indexes.
           coalesce(
               (SELECT code FROM referrals_referralcode
                WHERE brand_id = %(brand_id)s AND advocate_id = part.id AND leaked_at IS NULL),
               leaked.code,
               ''
           ) AS code,
           leaked.code IS NOT NULL AS has_leaked
    FROM (SELECT * FROM part ORDER BY is_inherited, id LIMIT 1) AS part
    LEFT JOIN LATERAL (
        SELECT code FROM referrals_referralcode
        WHERE brand_id = %(brand_id)s AND advocate_id = part.id AND leaked_at IS NOT NULL
        ORDER BY id DESC LIMIT 1
    ) AS leaked ON true
)
SELECT programme.state,
       programme.salt,
       version.terms,
       ARRAY(SELECT id FROM person),
       ARRAY(SELECT id FROM part),
       first.arm,
       first.barred_at IS NOT NULL,
       coalesce(first.share_text, ''),
       coalesce(first.code, ''),
       coalesce(first.has_leaked, false),
       ARRAY(
           SELECT DISTINCT unit FROM accounts_ledgeraccount
           WHERE brand_id = %(brand_id)s AND owner_kind = 'customer'
             AND owner_id IN (SELECT id FROM person)
             AND kind IN ('available', 'debt') AND balance_minor > 0
           ORDER BY unit
       )
FROM referrals_programme AS programme
JOIN referrals_programmeversion AS version
  ON version.brand_id = %(brand_id)s
 AND version.programme_id = programme.id
 AND version.number = programme.version
LEFT JOIN first ON true
WHERE programme.brand_id = %(brand_id)s AND programme.id = %(programme_id)s
