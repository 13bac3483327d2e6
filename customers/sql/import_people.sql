-- The people of a slice: new customers with their identities, changed ones, permissions given.
--
-- brand_id, slice, import_id, simulated: the people are made up (sample brands).
WITH
numbered AS (
    UPDATE import_person
    SET customer_id = nextval(pg_get_serial_sequence('customers_customer', 'id'))
    WHERE slice = %(slice)s AND verdict = 'create'
    RETURNING *
),
added AS (
    INSERT INTO customers_customer (
        id, brand_id, email, email_norm, phone, first_name, last_name, name_norm, country, city,
        language, simulated
    )
    SELECT n.customer_id, %(brand_id)s, n.email, n.email_norm, '', n.first_name, n.last_name,
           left(casefold(btrim(n.first_name || ' ' || n.last_name)), 161), n.country, n.city, '',
           %(simulated)s
    FROM numbered AS n
    ORDER BY n.customer_id
    RETURNING 1
),
changed AS (
    UPDATE customers_customer AS c
    SET email = CASE WHEN c.email_norm = '' THEN p.email ELSE c.email END,
        email_norm = CASE WHEN c.email_norm = '' THEN p.email_norm ELSE c.email_norm END,
        first_name = coalesce(NULLIF(p.first_name, ''), c.first_name),
        last_name = coalesce(NULLIF(p.last_name, ''), c.last_name),
        name_norm = left(casefold(btrim(
            coalesce(NULLIF(p.first_name, ''), c.first_name) || ' '
            || coalesce(NULLIF(p.last_name, ''), c.last_name)
        )), 161),
        country = coalesce(NULLIF(p.country, ''), c.country),
        city = coalesce(NULLIF(p.city, ''), c.city),
        updated_at = now()
    FROM import_person AS p
    WHERE p.slice = %(slice)s AND p.verdict = 'update'
        AND c.brand_id = %(brand_id)s AND c.id = p.customer_id
        -- Says the same again, so that the index is used also before there are statistics.
        AND c.id = ANY(ARRAY(
            SELECT customer_id FROM import_person
            WHERE slice = %(slice)s AND verdict = 'update'
        ))
    RETURNING 1
),
known AS (
    SELECT person_no, line_no, verdict, accepts, customer_id FROM (
        SELECT person_no, last_line AS line_no, verdict, accepts, customer_id FROM numbered
        UNION ALL
        SELECT person_no, last_line, verdict, accepts, customer_id FROM import_person
        WHERE slice = %(slice)s AND verdict <> 'create'
    ) AS k
),
identified AS (
    INSERT INTO customers_identity (brand_id, customer_id, kind, source, value, value_norm)
    SELECT %(brand_id)s, k.customer_id, i.kind, i.source, i.value, i.value_norm
    FROM import_identity AS i
    JOIN known AS k ON k.person_no = i.person_no
    WHERE i.slice = %(slice)s AND NOT i.is_known
),
-- A customer who already said yes or no is left alone: only a newer act counts. A file shows no
-- proof of the act, so its yes is what the brand claims.
allowed AS (
    INSERT INTO customers_consentstate
        (brand_id, customer_id, purpose, channel, status, basis, simulated, at)
    SELECT %(brand_id)s, k.customer_id, 'marketing', 'email', 'granted', 'claimed',
           %(simulated)s, %(at)s
    FROM known AS k
    WHERE k.accepts AND k.verdict <> 'same'
    ON CONFLICT (brand_id, customer_id, purpose, channel) DO NOTHING
    RETURNING customer_id
),
recorded AS (
    INSERT INTO customers_consent (
        brand_id, customer_id, purpose, channel, status, basis, source, wording, wording_version,
        proof, simulated, at, import_id
    )
    SELECT %(brand_id)s, a.customer_id, 'marketing', 'email', 'granted', 'claimed', 'import', '',
           '', jsonb_build_object('import', %(import_id)s, 'line', k.line_no), %(simulated)s,
           %(at)s, %(import_id)s
    FROM allowed AS a
    JOIN known AS k ON k.customer_id = a.customer_id AND k.verdict <> 'same'
    RETURNING 1
)
SELECT jsonb_build_object(
    'customers_created', (SELECT count(*) FROM added),
    'customers_updated', (SELECT count(*) FROM changed),
    'customers_unchanged', (SELECT count(*) FROM known WHERE verdict = 'keep'),
    'consents_recorded', (SELECT count(*) FROM recorded)
);
