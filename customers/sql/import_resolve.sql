-- Hold what the file says against the brand's rows: who is known, what is new, what has changed.
-- The dry run counts these verdicts; the real run acts on them.
--
-- brand_id, source.

-- A number of the source says more than an address; merged customers stand for the one they became.
WITH known AS (
    SELECT n.person_no,
           n.kind,
           n.value_norm,
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
    FROM known ORDER BY person_no, kind = 'external' DESC, value_norm
) AS k
WHERE k.person_no = p.person_no;

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

-- What the file says wins over what is known; an empty cell says nothing. When two people of the
-- file turn out to be one customer, only the first speaks.
UPDATE import_person AS p
SET verdict = CASE
    WHEN p.customer_id IS NULL THEN 'create'
    WHEN p.person_no > first_no THEN 'same'
    WHEN (p.email_norm <> '' AND c.email_norm = '')
        OR p.first_name NOT IN ('', c.first_name) OR p.last_name NOT IN ('', c.last_name)
        OR p.city NOT IN ('', c.city) OR p.country NOT IN ('', c.country) THEN 'update'
    ELSE 'keep'
END
FROM (
    SELECT person_no, min(person_no) OVER (PARTITION BY coalesce(customer_id, -person_no)) AS first_no
    FROM import_person
) AS f
LEFT JOIN import_person AS q ON q.person_no = f.person_no
LEFT JOIN customers_customer AS c ON c.brand_id = %(brand_id)s AND c.id = q.customer_id
WHERE f.person_no = p.person_no;

UPDATE import_order AS o
SET verdict = CASE
        WHEN e.id IS NULL THEN 'create'
        WHEN e.content_hash = o.content_hash THEN 'keep'
        ELSE 'update'
    END,
    row_id = e.id,
    former_customer_id = e.customer_id
FROM import_order AS n
LEFT JOIN (
    SELECT id, customer_id, source_id, content_hash, false AS is_refund
    FROM customers_order WHERE brand_id = %(brand_id)s AND source = %(source)s
    UNION ALL
    SELECT id, customer_id, source_id, content_hash, true
    FROM customers_refund WHERE brand_id = %(brand_id)s AND source = %(source)s
) AS e ON e.source_id = n.order_key AND e.is_refund = n.is_refund
WHERE n.order_key = o.order_key AND n.is_refund = o.is_refund;

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
    row_id = e.id
FROM import_product AS n
LEFT JOIN customers_product AS e
    ON e.brand_id = %(brand_id)s AND e.source = %(source)s AND e.source_id = n.sku
WHERE n.sku = p.sku;

-- The brand's own tables may have no statistics yet (a first import); these steer the plans.
ANALYZE import_person;
ANALYZE import_identity;
ANALYZE import_order;
ANALYZE import_product;
