-- Pairs of customers who may be one person, from what they share. Groups of more than
-- %(largest)s customers who share one thing (a shop's own phone, a common name in a city) tell
-- nothing about pairs and would grow with their square: they are left out and counted.
-- Open pairs that no longer share anything go; what people have decided stays.
-- One row: pairs found, groups left out.
--
-- brand_id, largest; weights: jsonb, reason -> how telling it is, 0 to 1; birthday_names and
-- postcode_names: text[], the attributes that hold these.
WITH
person AS MATERIALIZED (
    SELECT c.id,
           c.phone,
           casefold(c.city) AS city,
           casefold(c.country) AS country,
           -- Without accents, case, punctuation and the order of its words.
           CASE
               -- Most names are two plain words, which is said at a tenth of the cost.
               WHEN c.name_norm ~ '^[a-z0-9]+ [a-z0-9]+$'
               THEN least(split_part(c.name_norm, ' ', 1), split_part(c.name_norm, ' ', 2))
                   || ' '
                   || greatest(split_part(c.name_norm, ' ', 1), split_part(c.name_norm, ' ', 2))
               ELSE (
                   SELECT string_agg(word, ' ' ORDER BY word)
                   FROM regexp_split_to_table(
                       regexp_replace(normalize(c.name_norm, NFKD), '[\u0300-\u036f]', '', 'g'),
                       '[^[:alnum:]]+'
                   ) AS word
                   WHERE word <> ''
               )
           END AS name,
           (
               SELECT min(c.attributes ->> given) FROM unnest(%(birthday_names)s::text[]) AS given
           ) AS birthday,
           (
               SELECT min(replace(casefold(c.attributes ->> given), ' ', ''))
               FROM unnest(%(postcode_names)s::text[]) AS given
           ) AS postcode
    FROM customers_customer AS c
    WHERE c.brand_id = %(brand_id)s AND c.merged_into_id IS NULL AND c.erased_at IS NULL
),
named AS (
    SELECT * FROM person WHERE strpos(name, ' ') > 0
),
address AS (
    SELECT i.customer_id AS id,
           split_part(i.value_norm, '@', 1) AS local_part,
           split_part(i.value_norm, '@', 2) AS domain
    FROM customers_identity AS i
    WHERE i.brand_id = %(brand_id)s AND i.kind = 'email'
),
-- By a hash of 64 bits, and that first: numbers are sorted in a fraction of the time of texts. Two
-- of a million customers' keys meet by chance once in a million searches.
shared AS (
    SELECT hashtextextended(i.value_norm, 0) AS key, 'phone' AS reason, i.customer_id AS id
    FROM customers_identity AS i
    WHERE i.brand_id = %(brand_id)s AND i.kind = 'phone'
    UNION
    SELECT hashtextextended(phone, 0), 'phone', id FROM person WHERE phone ^@ '+'
    UNION
    -- Where these providers deliver "a.b+news@" is where they deliver "ab@" (dots: Google only).
    SELECT hashtextextended(
               CASE
                   WHEN domain IN ('gmail.com', 'googlemail.com')
                   THEN replace(split_part(local_part, '+', 1), '.', '') || '@gmail.com'
                   ELSE split_part(local_part, '+', 1) || '@' || domain
               END, 0),
           'email',
           id
    FROM address
    WHERE domain IN (
        'gmail.com', 'googlemail.com', 'outlook.com', 'hotmail.com', 'live.com', 'icloud.com',
        'me.com', 'proton.me', 'protonmail.com', 'fastmail.com'
    )
    UNION
    SELECT hashtextextended(concat_ws('|', name, city, country), 0), 'city', id
    FROM named WHERE city <> ''
    UNION
    SELECT hashtextextended(concat_ws('|', name, postcode), 0), 'postcode', id
    FROM named WHERE postcode <> ''
    UNION
    SELECT hashtextextended(concat_ws('|', name, birthday), 0), 'birthday', id
    FROM named WHERE birthday <> ''
),
block AS MATERIALIZED (
    SELECT reason, array_agg(id ORDER BY id) AS ids
    FROM shared
    GROUP BY key, reason
    HAVING count(*) > 1
),
pair AS MATERIALIZED (
    SELECT f.id AS first_id, s.id AS second_id,
           jsonb_agg(DISTINCT b.reason) AS reasons,
           round(100 * (1 - exp(sum(ln(1 - w.weight)))))::integer AS score
    FROM (SELECT DISTINCT reason, ids FROM block WHERE cardinality(ids) <= %(largest)s) AS b
    CROSS JOIN LATERAL unnest(b.ids) AS f (id)
    JOIN LATERAL unnest(b.ids) AS s (id) ON f.id < s.id
    JOIN (
        SELECT key, value::text::double precision AS weight FROM jsonb_each(%(weights)s::jsonb)
    ) AS w ON w.key = b.reason
    GROUP BY f.id, s.id
),
gone AS (
    DELETE FROM customers_duplicatepair AS d
    WHERE d.brand_id = %(brand_id)s AND d.state = 'open'
        AND NOT EXISTS (
            SELECT FROM pair AS p WHERE p.first_id = d.first_id AND p.second_id = d.second_id
        )
),
written AS (
    INSERT INTO customers_duplicatepair AS d
        (brand_id, first_id, second_id, reasons, score, state, found_at)
    SELECT %(brand_id)s, first_id, second_id, reasons, score, 'open', %(at)s
    FROM pair
    ORDER BY first_id, second_id
    ON CONFLICT (brand_id, first_id, second_id) DO UPDATE
    SET reasons = excluded.reasons, score = excluded.score
    WHERE d.state = 'open' AND (d.reasons, d.score) IS DISTINCT FROM (excluded.reasons, excluded.score)
)
SELECT (SELECT count(*) FROM pair), (SELECT count(*) FROM block WHERE cardinality(ids) > %(largest)s);
