-- Keep what customers did: one statement for up to 1,000 events, as they came.
-- An event told of before stays as it was first told. One whose customer is not known is kept
-- under a keyed hash of the first name it gave for them, and waits (see events_join.sql).
-- Of one that names only somebody who was erased nothing is kept.
-- Segments look again at whose events are new (services/dirty.py).
--
-- brand_id; events: a JSON array as customers/rules/events.py has checked it; pepper: bytea;
-- erased_inner, erased_outer: HMAC's padded keys (rules/erasure.py).
WITH
said AS MATERIALIZED (
    SELECT e.no,
           e.id AS source_id,
           coalesce(e.source, 'api') AS source,
           e.name,
           coalesce(e.at, now()) AS at,
           coalesce(e.properties, '{}') AS properties,
           (e.customer ->> 'id')::uuid AS uid,
           coalesce(e.customer ->> 'source', 'api') AS system,
           e.customer ->> 'external_id' AS external_id,
           lower(btrim(e.customer ->> 'email')) AS email,
           e.customer ->> 'anonymous_id' AS anonymous_id
    FROM ROWS FROM (
        jsonb_to_recordset(%(events)s::jsonb) AS (
            id text, source text, name text, at timestamptz, customer jsonb, properties jsonb
        )
    ) WITH ORDINALITY AS e (id, source, name, at, customer, properties, no)
),
known AS MATERIALIZED (
    SELECT s.no, s.source, s.source_id, s.name, s.at, s.properties, s.uid,
           coalesce(c.merged_into_id, c.id) AS customer_id,
           CASE WHEN c.id IS NULL AND s.uid IS NULL THEN
               sha256(%(pepper)s::bytea || convert_to(
                   CASE
                       WHEN s.external_id IS NOT NULL
                           THEN 'external:' || s.system || ':' || s.external_id
                       WHEN s.email IS NOT NULL THEN 'email::' || s.email
                       ELSE 'anonymous::' || s.anonymous_id
                   END, 'UTF8'))
           END AS waiting_for,
           CASE WHEN c.id IS NULL AND s.email IS NOT NULL THEN EXISTS (
               SELECT FROM customers_suppression AS e
               WHERE e.brand_id = %(brand_id)s AND e.channel = 'email' AND e.reason = 'erased'
                   AND e.address = encode(sha256(%(erased_outer)s::bytea || sha256(
                       %(erased_inner)s::bytea || convert_to(s.email, 'UTF8'))), 'hex')
           ) ELSE false END AS is_erased
    FROM said AS s
    LEFT JOIN customers_customer AS u ON u.brand_id = %(brand_id)s AND u.uid = s.uid
    LEFT JOIN customers_identity AS x
        ON x.brand_id = %(brand_id)s AND x.kind = 'external' AND x.source = s.system
        AND x.value_norm = s.external_id
    LEFT JOIN customers_identity AS m
        ON m.brand_id = %(brand_id)s AND m.kind = 'email' AND m.source = ''
        AND m.value_norm = s.email
    LEFT JOIN customers_customer AS c
        ON c.brand_id = %(brand_id)s AND c.id = coalesce(u.id, x.customer_id, m.customer_id)
        AND c.erased_at IS NULL
),
named AS (
    INSERT INTO customers_eventname (brand_id, name)
    SELECT DISTINCT %(brand_id)s::bigint, name FROM said ORDER BY name
    ON CONFLICT (brand_id, name) DO NOTHING
),
-- In the order of the key, so that two calls that tell of the same never wait for each other.
added AS (
    INSERT INTO customers_customerevent
        (brand_id, customer_id, name, at, source, source_id, properties, waiting_for)
    SELECT %(brand_id)s, customer_id, name, at, source, source_id, properties, waiting_for
    FROM known
    WHERE customer_id IS NOT NULL OR waiting_for IS NOT NULL AND NOT is_erased
    ORDER BY source, source_id, no
    ON CONFLICT (brand_id, source, source_id) DO NOTHING
    RETURNING id, customer_id, source, source_id
),
dirty AS (
    INSERT INTO customers_dirtycustomer (brand_id, customer_id)
    SELECT DISTINCT %(brand_id)s::bigint, customer_id FROM added WHERE customer_id IS NOT NULL
),
-- Of two in one call with the same key the first was kept.
told_before AS (
    SELECT k.no
    FROM (
        SELECT no, source, source_id,
               row_number() OVER (PARTITION BY source, source_id ORDER BY no) AS nth
        FROM known
        WHERE customer_id IS NOT NULL OR waiting_for IS NOT NULL AND NOT is_erased
    ) AS k
    LEFT JOIN added AS a USING (source, source_id)
    WHERE a.id IS NULL OR k.nth > 1
)
SELECT (SELECT count(*) FROM added),
       (SELECT min(id) FROM added),
       (SELECT max(id) FROM added),
       -- Nothing to look for when every event was new.
       CASE WHEN (SELECT count(*) FROM added) < (SELECT count(*) FROM said)
            THEN (SELECT coalesce(array_agg(no), '{}') FROM told_before) ELSE '{}' END,
       (SELECT coalesce(array_agg(no), '{}') FROM known
        WHERE customer_id IS NULL AND waiting_for IS NOT NULL AND NOT is_erased),
       (SELECT coalesce(array_agg(no), '{}') FROM known
        WHERE customer_id IS NULL AND waiting_for IS NULL AND NOT is_erased),
       (SELECT coalesce(array_agg(no), '{}') FROM known WHERE is_erased);
