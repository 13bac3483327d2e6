-- Put lines together: what is used and what is not, orders and refunds, people, products, slices.
-- Looks at the file only, never at the brand's rows, so a run that is taken up again after a crash
-- cuts the same slices.
--
-- whole_orders: one bad line holds back its order. zone: the brand's IANA zone.
-- slice_lines: about how many lines a slice has. source: under which its ids are unique.

-- Every line with its one reason, or none. Order cells may stand on one row of the order only:
-- the first row that names a customer is its head.
CREATE TEMP TABLE import_line AS
WITH
orders AS MATERIALIZED (
    SELECT r.order_id,
           min(r.line_no) FILTER (
               WHERE r.customer_ref IS NOT NULL OR r.email_norm IS NOT NULL
           ) AS head_line,
           min(r.placed_at) AS placed_at,
           min(r.customer_ref) IS DISTINCT FROM max(r.customer_ref)
               OR min(r.email_norm) IS DISTINCT FROM max(r.email_norm) AS is_split,
           bool_or(r.reason IS NOT NULL OR r.rule IS NOT NULL) AS has_bad
    FROM import_read AS r
    WHERE r.order_id IS NOT NULL
    GROUP BY r.order_id
)
SELECT r.line_no,
       CASE
           WHEN r.is_refund AND r.refund_of IS NOT NULL THEN left(r.refund_of, 100) || ' refund '
               || (coalesce(r.placed_at, o.placed_at) AT TIME ZONE %(zone)s)::date
           ELSE r.order_id
       END AS order_key,
       CASE WHEN r.is_refund THEN r.refund_of END AS refund_of,
       o.head_line,
       CASE WHEN r.is_refund THEN coalesce(r.placed_at, o.placed_at) ELSE o.placed_at END
           AS placed_at,
       r.sku,
       r.quantity,
       r.amount,
       r.is_refund,
       coalesce(
           r.reason,
           CASE
               WHEN o.head_line IS NULL THEN 'no_customer'
               WHEN o.is_split THEN 'two_customers'
               WHEN o.placed_at IS NULL THEN 'no_date'
           END,
           r.rule,
           CASE WHEN %(whole_orders)s AND o.has_bad THEN 'order_incomplete' END
       ) AS reason
FROM import_read AS r
LEFT JOIN orders AS o ON o.order_id = r.order_id;

-- Orders and refunds. The hash covers all that the file says of one, in any order of its lines.
CREATE TEMP TABLE import_order AS
SELECT l.order_key,
       l.is_refund,
       min(l.refund_of) AS refund_of,
       min(l.head_line) AS head_line,
       min(l.placed_at) AS placed_at,
       sum(l.amount)::bigint AS amount,
       count(*)::integer AS lines,
       min(l.line_no) AS first_line,
       sha256(convert_to(string_agg(
           concat_ws(chr(31), l.sku, l.quantity, l.amount), chr(30)
           ORDER BY l.sku, l.quantity, l.amount
       ), 'UTF8')) AS lines_hash,
       NULL::integer AS person_no,
       NULL::integer AS slice,
       NULL::bytea AS content_hash,
       NULL::bigint AS row_id,
       NULL::bigint AS former_customer_id,
       NULL::bigint AS refunded_order_id,
       NULL::text AS verdict
FROM import_line AS l
WHERE l.reason IS NULL
GROUP BY l.order_key, l.is_refund;

-- People: the same e-mail address, or the same number in the source, is the same customer.
CREATE TEMP TABLE import_head AS
WITH
heads AS MATERIALIZED (
    SELECT o.order_key, o.is_refund, o.lines, r.line_no, r.customer_ref, r.email_norm
    FROM import_order AS o
    JOIN import_read AS r ON r.line_no = o.head_line
),
emails AS (
    SELECT DISTINCT ON (customer_ref) customer_ref, email_norm
    FROM heads
    WHERE customer_ref IS NOT NULL AND email_norm IS NOT NULL
    ORDER BY customer_ref, line_no
)
SELECT h.order_key,
       h.is_refund,
       h.lines,
       h.line_no,
       h.customer_ref,
       coalesce(e.email_norm, h.email_norm, '#' || h.customer_ref) AS person_key
FROM heads AS h
LEFT JOIN emails AS e ON e.customer_ref = h.customer_ref;

CREATE TEMP TABLE import_person AS
WITH
people AS (
    SELECT h.person_key,
           min(h.line_no) AS first_line,
           -- The newest row of the file knows the person best.
           max(h.line_no) AS last_line,
           sum(h.lines)::bigint AS lines,
           array_agg(DISTINCT h.customer_ref) FILTER (WHERE h.customer_ref IS NOT NULL) AS refs
    FROM import_head AS h
    GROUP BY h.person_key
),
ranked AS (
    SELECT p.*,
           row_number() OVER by_line::integer AS person_no,
           ((sum(p.lines) OVER by_line - p.lines) / %(slice_lines)s)::integer AS slice
    FROM people AS p
    WINDOW by_line AS (ORDER BY p.first_line)
)
SELECT p.person_no,
       p.person_key,
       -- Slices of people come behind those of products (1) and rejected lines.
       p.slice + 2 + (
           SELECT ceil(count(*) / %(slice_lines)s::numeric)::integer
           FROM import_line WHERE reason IS NOT NULL
       ) AS slice,
       p.refs,
       p.last_line,
       CASE WHEN p.person_key ^@ '#' THEN '' ELSE p.person_key END AS email_norm,
       CASE
           WHEN p.person_key ^@ '#' THEN ''
           WHEN casefold(c.email) = p.person_key THEN c.email
           ELSE p.person_key
       END AS email,
       coalesce(c.first_name, '') AS first_name,
       coalesce(c.last_name, '') AS last_name,
       coalesce(c.city, '') AS city,
       coalesce(c.country, '') AS country,
       coalesce(casefold(c.accepts_marketing)
           IN ('yes', 'y', 'true', 't', '1', 'subscribed', 'opted in'), false) AS accepts,
       NULL::bigint AS customer_id,
       NULL::text AS verdict
FROM ranked AS p
JOIN import_cell AS c ON c.line_no = p.last_line;

UPDATE import_order AS o
SET person_no = p.person_no,
    slice = p.slice,
    content_hash = sha256(
        o.lines_hash || convert_to(p.person_key || ' ' || extract(epoch FROM o.placed_at), 'UTF8')
    )
FROM import_head AS h
JOIN import_person AS p ON p.person_key = h.person_key
WHERE h.order_key = o.order_key AND h.is_refund = o.is_refund;

-- How a person may already be known: numbers of the source, and the address.
CREATE TEMP TABLE import_identity AS
SELECT p.person_no, p.slice, 'external' AS kind, %(source)s AS source, ref AS value, ref AS value_norm,
       false AS is_known
FROM import_person AS p CROSS JOIN LATERAL unnest(p.refs) AS ref
UNION ALL
SELECT p.person_no, p.slice, 'email', '', p.email, p.email_norm, false
FROM import_person AS p
WHERE p.email_norm <> '';

-- Products, as the first line that sold them calls them.
CREATE TEMP TABLE import_product AS
WITH sold AS (
    SELECT l.sku, min(l.line_no) AS line_no
    FROM import_line AS l
    WHERE l.reason IS NULL AND l.sku IS NOT NULL
    GROUP BY l.sku
)
SELECT s.sku, coalesce(c.product, '') AS title, coalesce(c.category, '') AS category,
       NULL::bigint AS row_id,
       NULL::text AS verdict
FROM sold AS s
JOIN import_cell AS c ON c.line_no = s.line_no;

-- The slices of the run, each one transaction: products, rejected lines by range, people.
CREATE TEMP TABLE import_slice AS
SELECT 1 AS number, 'products' AS part, NULL::integer AS first_line, NULL::integer AS last_line,
       0::bigint AS lines
UNION ALL
SELECT 2 + part_no, 'rejects', min(line_no), max(line_no), count(*)
FROM (
    SELECT line_no, ((row_number() OVER (ORDER BY line_no) - 1) / %(slice_lines)s)::integer AS part_no
    FROM import_line WHERE reason IS NOT NULL
) AS rejected
GROUP BY part_no
UNION ALL
SELECT slice, 'people', NULL, NULL, sum(lines)
FROM import_order
GROUP BY slice;

CREATE INDEX ON import_line (order_key) WHERE reason IS NULL;
CREATE INDEX ON import_line (line_no) WHERE reason IS NOT NULL;
CREATE INDEX ON import_raw (line_no);
CREATE INDEX ON import_order (slice);
ANALYZE import_line;
ANALYZE import_order;
