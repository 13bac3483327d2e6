-- Hold what the file says against the brand's rows: who is known, what is new, what has changed.
-- The dry run counts these verdicts; the real run acts on them. What is new has its id from here, so
-- that no slice need write it down first; ids of a look that comes to nothing stay unused.
--
-- brand_id, source. overwrite: column -> always, empty or never; never_attributes,
-- empty_attributes: names under the latter two. erased_inner, erased_outer: HMAC's padded keys.

-- Nothing is remembered from an earlier look at the brand's rows.
TRUNCATE import_person;
INSERT INTO import_person SELECT * FROM import_told;
UPDATE import_identity SET is_known = false;

-- A number of the source says more than an address, an address more than a phone; merged customers
-- stand for the one they became.
WITH known AS (
    SELECT n.person_no,
           n.kind,
           n.value_norm,
           n.is_telling,
           coalesce(c.merged_into_id, c.id) AS customer_id
    FROM import_identity AS n
    JOIN customers_identity AS i
        ON i.brand_id = %(brand_id)s AND i.kind = n.kind AND i.source = n.source
        AND i.value_norm = n.value_norm
    JOIN customers_customer AS c ON c.brand_id = %(brand_id)s AND c.id = i.customer_id
),
marked AS (
    UPDATE import_identity AS n SET is_known = true
    FROM known AS k
    WHERE n.kind = k.kind AND n.value_norm = k.value_norm
)
UPDATE import_person AS p
SET customer_id = k.customer_id
FROM (
    SELECT DISTINCT ON (person_no) person_no, customer_id
    FROM known
    WHERE is_telling
    ORDER BY person_no, kind = 'external' DESC, kind = 'email' DESC, value_norm
) AS k
WHERE k.person_no = p.person_no;

-- Somebody who was erased does not come back: known again by the keyed hash of the address.
UPDATE import_person AS p
SET verdict = 'erased'
FROM customers_suppression AS s
WHERE p.email_norm <> '' AND s.brand_id = %(brand_id)s AND s.channel = 'email'
    AND s.reason = 'erased'
    AND s.address = encode(sha256(
        %(erased_outer)s::bytea || sha256(%(erased_inner)s::bytea || convert_to(p.email_norm, 'UTF8'))
    ), 'hex');

-- An address that is another customer's stays theirs, and with it what they said about mail.
UPDATE import_person AS p
SET email = '', email_norm = ''
FROM import_identity AS n
JOIN customers_identity AS i
    ON i.brand_id = %(brand_id)s AND i.kind = n.kind AND i.source = n.source
    AND i.value_norm = n.value_norm
JOIN customers_customer AS c ON c.brand_id = %(brand_id)s AND c.id = i.customer_id
WHERE n.person_no = p.person_no AND n.kind = 'email' AND p.customer_id IS NOT NULL
    AND coalesce(c.merged_into_id, c.id) <> p.customer_id;

-- When two people of the file turn out to be one customer, only the first speaks.
UPDATE import_person AS p
SET verdict = CASE
        WHEN p.customer_id IS NULL THEN 'create'
        WHEN p.person_no > f.first_no THEN 'same'
        ELSE 'keep'
    END,
    customer_id = coalesce(
        p.customer_id, nextval((SELECT pg_get_serial_sequence('customers_customer', 'id')::regclass))
    )
FROM (
    SELECT person_no, min(person_no) OVER (PARTITION BY coalesce(customer_id, -person_no)) AS first_no
    FROM import_person
) AS f
WHERE f.person_no = p.person_no AND p.verdict IS NULL;

-- What a known customer is after the file has spoken, column by column as the brand has chosen;
-- an empty cell says nothing. Tags and attributes are added to.
UPDATE import_person AS p
SET email = CASE WHEN c.email_norm = '' THEN p.email ELSE c.email END,
    email_norm = CASE WHEN c.email_norm = '' THEN p.email_norm ELSE c.email_norm END,
    is_relay = CASE WHEN c.email_norm = '' THEN p.is_relay ELSE c.is_relay END,
    phone = pg_temp.import_pick(p.phone, c.phone, %(overwrite)s::jsonb ->> 'phone'),
    first_name = pg_temp.import_pick(
        p.first_name, c.first_name, %(overwrite)s::jsonb ->> 'first_name'),
    last_name = pg_temp.import_pick(p.last_name, c.last_name, %(overwrite)s::jsonb ->> 'last_name'),
    city = pg_temp.import_pick(p.city, c.city, %(overwrite)s::jsonb ->> 'city'),
    country = pg_temp.import_pick(p.country, c.country, %(overwrite)s::jsonb ->> 'country'),
    language = pg_temp.import_pick(p.language, c.language, %(overwrite)s::jsonb ->> 'language'),
    tags = CASE
        WHEN p.tags <@ c.tags OR %(overwrite)s::jsonb ->> 'tags' = 'never'
            OR %(overwrite)s::jsonb ->> 'tags' = 'empty' AND c.tags <> '[]' THEN c.tags
        ELSE c.tags || (
            SELECT jsonb_agg(tag ORDER BY place)
            FROM jsonb_array_elements(p.tags) WITH ORDINALITY AS t (tag, place)
            WHERE NOT c.tags @> tag
        )
    END,
    attributes = (p.attributes - %(never_attributes)s::text[]) || c.attributes
        || (p.attributes - %(never_attributes)s::text[] - %(empty_attributes)s::text[]),
    seen = c.xmin
FROM customers_customer AS c
WHERE p.verdict = 'keep' AND c.brand_id = %(brand_id)s AND c.id = p.customer_id;

UPDATE import_person AS p
SET verdict = 'update'
FROM customers_customer AS c
WHERE p.verdict = 'keep' AND c.brand_id = %(brand_id)s AND c.id = p.customer_id
    AND (
        p.email_norm, p.phone, p.first_name, p.last_name, p.city, p.country, p.language, p.tags,
        p.attributes, p.is_relay
    ) IS DISTINCT FROM (
        c.email_norm, c.phone, c.first_name, c.last_name, c.city, c.country, c.language, c.tags,
        c.attributes, c.is_relay
    );

-- A yes counts only where nothing is known of the customer's wish. A no counts always; one that
-- says when counts once. Of two people of the file who are one customer whoever says no is heard,
-- the later one of two; else the first.
UPDATE import_person AS p
SET act = p.wish
FROM (
    SELECT person_no, customer_id,
           first_value(person_no) OVER (
               PARTITION BY coalesce(customer_id, -person_no)
               ORDER BY wish IS DISTINCT FROM 'withdrawn', verdict = 'same',
                   wish_at DESC NULLS LAST, person_no
           ) AS speaker
    FROM import_person
    WHERE verdict <> 'erased'
) AS q
LEFT JOIN customers_consentstate AS s
    ON s.brand_id = %(brand_id)s AND s.customer_id = q.customer_id
    AND s.purpose = 'marketing' AND s.channel = 'email'
WHERE q.person_no = p.person_no AND q.speaker = p.person_no AND p.wish IS NOT NULL
    AND CASE
        WHEN s.id IS NULL THEN true
        WHEN p.wish = 'granted' THEN false
        WHEN NOT p.has_time THEN s.status <> 'withdrawn'
        ELSE NOT EXISTS (
            SELECT FROM customers_consent AS a
            WHERE a.brand_id = %(brand_id)s AND a.customer_id = q.customer_id
                AND a.purpose = 'marketing' AND a.channel = 'email'
                AND a.status = 'withdrawn' AND a.at = p.wish_at
        )
    END;

-- The money of somebody who was erased is real and their name is gone: an order that their record has
-- already stays with it, another is nobody's.
UPDATE import_order AS o
SET verdict = CASE
        WHEN e.id IS NULL THEN 'create'
        WHEN e.content_hash = o.content_hash THEN 'keep'
        ELSE 'update'
    END,
    row_id = CASE
        WHEN e.id IS NOT NULL THEN e.id
        WHEN o.is_refund
            THEN nextval((SELECT pg_get_serial_sequence('customers_refund', 'id')::regclass))
        ELSE nextval((SELECT pg_get_serial_sequence('customers_order', 'id')::regclass))
    END,
    customer_id = CASE
        WHEN p.verdict = 'erased' THEN (
            SELECT c.id FROM customers_customer AS c
            WHERE c.brand_id = %(brand_id)s AND c.id = e.customer_id AND c.erased_at IS NOT NULL
        )
        ELSE p.customer_id
    END,
    former_customer_id = e.customer_id
FROM import_order AS n
LEFT JOIN import_person AS p ON p.person_no = n.person_no
LEFT JOIN (
    SELECT id, customer_id, source_id, content_hash, false AS is_refund
    FROM customers_order WHERE brand_id = %(brand_id)s AND source = %(source)s
    UNION ALL
    SELECT id, customer_id, source_id, content_hash, true
    FROM customers_refund WHERE brand_id = %(brand_id)s AND source = %(source)s
) AS e ON e.source_id = n.order_key AND e.is_refund = n.is_refund
WHERE n.ctid = o.ctid;

-- The order a refund names: one of the brand, or one of this file (see import_refunds).
UPDATE import_order AS o
SET refunded_order_id = e.id
FROM customers_order AS e
WHERE o.is_refund AND e.brand_id = %(brand_id)s AND e.source = %(source)s
    AND e.source_id = o.refund_of;

UPDATE import_product AS p
SET verdict = CASE
        WHEN e.id IS NULL THEN 'create'
        WHEN p.title NOT IN ('', e.title) OR p.category NOT IN ('', e.category) THEN 'update'
        ELSE 'keep'
    END,
    row_id = coalesce(
        e.id, nextval((SELECT pg_get_serial_sequence('customers_product', 'id')::regclass))
    )
FROM import_product AS n
LEFT JOIN customers_product AS e
    ON e.brand_id = %(brand_id)s AND e.source = %(source)s AND e.source_id = n.sku
WHERE n.sku = p.sku;

-- The brand's own tables may have no statistics yet (a first import); these steer the plans.
ANALYZE import_person (person_no, slice, verdict, act, customer_id);
ANALYZE import_identity (person_no, slice, kind, is_known);
ANALYZE import_order (person_no, slice, verdict, is_refund, row_id, customer_id, former_customer_id);
ANALYZE import_product (sku, verdict);
