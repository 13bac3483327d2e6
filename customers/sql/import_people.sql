-- The people of a slice: new customers with their identities, changed ones, what they allowed.
-- Answers with counts, and with the rows it made, for an undo.
--
-- brand_id, slice, import_id, at, claimed_by: who imports. simulated: the people are made up
-- (sample brands).
WITH
people AS MATERIALIZED (
    SELECT * FROM import_person WHERE slice = %(slice)s
),
added AS (
    INSERT INTO customers_customer (
        id, brand_id, email, email_norm, phone, first_name, last_name, name_norm, country, city,
        language, tags, attributes, is_relay, simulated
    )
    SELECT n.customer_id, %(brand_id)s, n.email, n.email_norm, n.phone, n.first_name, n.last_name,
           left(casefold(btrim(n.first_name || ' ' || n.last_name)), 161), n.country, n.city,
           n.language, n.tags, n.attributes, n.is_relay, %(simulated)s
    FROM people AS n
    WHERE n.verdict = 'create'
    ORDER BY n.customer_id
    RETURNING id
),
changed AS (
    UPDATE customers_customer AS c
    SET email = p.email,
        email_norm = p.email_norm,
        is_relay = p.is_relay,
        phone = p.phone,
        first_name = p.first_name,
        last_name = p.last_name,
        name_norm = left(casefold(btrim(p.first_name || ' ' || p.last_name)), 161),
        country = p.country,
        city = p.city,
        language = p.language,
        tags = p.tags,
        attributes = p.attributes,
        updated_at = now()
    FROM people AS p
    WHERE p.verdict = 'update'
        AND c.brand_id = %(brand_id)s AND c.id = p.customer_id
        -- Says the same again, so that the index is used also before there are statistics.
        AND c.id = ANY(ARRAY(
            SELECT customer_id FROM people WHERE verdict = 'update'
        ))
    RETURNING c.id, jsonb_build_object(
        'email', old.email, 'email_norm', old.email_norm, 'is_relay', old.is_relay,
        'phone', old.phone, 'first_name', old.first_name, 'last_name', old.last_name,
        'name_norm', old.name_norm, 'country', old.country, 'city', old.city,
        'language', old.language, 'tags', old.tags, 'attributes', old.attributes,
        'updated_at', old.updated_at, 'written_at', new.updated_at
    ) AS before
),
logged AS (
    INSERT INTO customers_importchange (brand_id, of_id, "table", row_id, before)
    SELECT %(brand_id)s, %(import_id)s, 'customers_customer', id, before FROM changed
),
known AS (
    SELECT person_no, last_line AS line_no, verdict, customer_id, act, basis, proof, wish_at
    FROM people
    WHERE verdict <> 'erased'
),
identified AS (
    INSERT INTO customers_identity (brand_id, customer_id, kind, source, value, value_norm)
    SELECT %(brand_id)s, k.customer_id, i.kind, i.source, i.value, i.value_norm
    FROM import_identity AS i
    JOIN known AS k ON k.person_no = i.person_no
    WHERE i.slice = %(slice)s AND NOT i.is_known AND i.kind <> 'phone'
    RETURNING id
),
-- A phone that is another's already (a household's, or one just added) stays theirs.
reachable AS (
    INSERT INTO customers_identity (brand_id, customer_id, kind, source, value, value_norm)
    SELECT %(brand_id)s, k.customer_id, i.kind, i.source, i.value, i.value_norm
    FROM import_identity AS i
    JOIN known AS k ON k.person_no = i.person_no
    WHERE i.slice = %(slice)s AND NOT i.is_known AND i.kind = 'phone'
    ORDER BY i.person_no
    ON CONFLICT (brand_id, kind, source, value_norm) DO NOTHING
    RETURNING id
),
said AS (
    SELECT customer_id, line_no, act, basis, proof, coalesce(wish_at, %(at)s) AS at
    FROM known
    WHERE act IS NOT NULL
),
-- A customer who said yes or no meanwhile is left alone by a yes of the file.
allowed AS (
    INSERT INTO customers_consentstate
        (brand_id, customer_id, purpose, channel, status, basis, simulated, at)
    SELECT %(brand_id)s, customer_id, 'marketing', 'email', 'granted', basis, %(simulated)s, at
    FROM said
    WHERE act = 'granted'
    ON CONFLICT (brand_id, customer_id, purpose, channel) DO NOTHING
    RETURNING customer_id
),
-- A no that is older than the customer's own consent changes the ledger only; it beats every weaker
-- ground, as in consent_state.sql.
refused AS (
    INSERT INTO customers_consentstate AS state
        (brand_id, customer_id, purpose, channel, status, basis, simulated, at)
    SELECT %(brand_id)s, customer_id, 'marketing', 'email', 'withdrawn', 'none', %(simulated)s, at
    FROM said
    WHERE act = 'withdrawn'
    ON CONFLICT (brand_id, customer_id, purpose, channel) DO UPDATE
    SET status = excluded.status, basis = excluded.basis, simulated = excluded.simulated,
        at = excluded.at, expires_on = NULL
    WHERE state.at <= excluded.at OR (state.status = 'granted' AND state.basis <> 'consent')
),
recorded AS (
    INSERT INTO customers_consent (
        brand_id, customer_id, purpose, channel, status, basis, source, wording, wording_version,
        proof, claimed_by_id, simulated, at, import_id
    )
    SELECT %(brand_id)s, s.customer_id, 'marketing', 'email', s.act, s.basis, 'import', '', '',
           s.proof || jsonb_build_object('import', %(import_id)s, 'line', s.line_no),
           CASE WHEN s.basis IN ('claimed', 'soft_opt_in') THEN %(claimed_by)s::bigint END,
           %(simulated)s, s.at, %(import_id)s
    FROM said AS s
    WHERE s.act = 'withdrawn' OR s.customer_id IN (SELECT customer_id FROM allowed)
    RETURNING customer_id, status
),
suppressed AS (
    INSERT INTO customers_suppression (brand_id, channel, address, reason, detail)
    -- The address the file names, which need not be its customer's main one.
    SELECT DISTINCT %(brand_id)s, 'email', i.value_norm, 'bounce',
           'Marked as dead in an imported file'
    FROM people AS p
    JOIN import_identity AS i
        ON i.slice = %(slice)s AND i.person_no = p.person_no AND i.kind = 'email'
    WHERE p.is_dead AND p.verdict <> 'erased'
    ORDER BY i.value_norm
    ON CONFLICT (brand_id, channel, address) DO NOTHING
    RETURNING id, address
),
-- Segments ask who can be reached.
unreachable AS (
    INSERT INTO customers_dirtycustomer (brand_id, customer_id)
    SELECT %(brand_id)s, c.id
    FROM suppressed AS s
    JOIN customers_customer AS c ON c.brand_id = %(brand_id)s AND c.email_norm = s.address
),
-- Of somebody erased only the number of the line is kept; what they bought is used, as nobody's.
turned_away AS (
    INSERT INTO customers_importreject (brand_id, of_id, line_number, reason, detail, cells)
    SELECT %(brand_id)s, %(import_id)s, h.line_no, 'erased', '', '[]'
    FROM people AS p
    JOIN import_head AS h ON h.person_key = p.person_key AND h.order_key IS NULL
    WHERE p.verdict = 'erased'
    RETURNING 1
)
SELECT jsonb_build_object(
    'customers_created', (SELECT count(*) FROM added),
    'customers_updated', (SELECT count(*) FROM changed),
    'customers_unchanged', (SELECT count(*) FROM known WHERE verdict = 'keep'),
    'consents_recorded', (SELECT count(*) FROM recorded WHERE status = 'granted'),
    'withdrawals_recorded', (SELECT count(*) FROM recorded WHERE status = 'withdrawn'),
    'addresses_suppressed', (SELECT count(*) FROM suppressed),
    'lines_used', -(SELECT count(*) FROM turned_away),
    'lines_rejected', (SELECT count(*) FROM turned_away),
    'reasons', (
        SELECT coalesce(jsonb_object_agg('erased', n), '{}')
        FROM (SELECT count(*) AS n FROM turned_away HAVING count(*) > 0) AS t
    )
), jsonb_build_object(
    'customers', (SELECT coalesce(jsonb_agg(id), '[]') FROM added),
    'identities', (
        SELECT coalesce(jsonb_agg(id), '[]')
        FROM (SELECT id FROM identified UNION ALL SELECT id FROM reachable) AS i
    ),
    'suppressions', (SELECT coalesce(jsonb_agg(id), '[]') FROM suppressed),
    'acts_of', (SELECT coalesce(jsonb_agg(DISTINCT customer_id), '[]') FROM recorded)
);
