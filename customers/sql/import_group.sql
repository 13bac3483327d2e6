-- Who is in the file, what it sells, and in which slices it is merged. Looks at the file only, so
-- a run that is taken up again after a crash cuts the same slices.
--
-- brand_id: unused, TEMP tables only. slice_lines: about how many lines a slice has.
-- source: under which its ids are unique. at: the instant the import was asked for.
-- written_countries, country_names: countries not written as we keep them, and how we do.
-- basis: what a yes stands for where a row proves it: consent, soft_opt_in, claimed, none.

-- People: the same e-mail address, or the same number in the source, is the same customer. A phone
-- names a person only where nothing else does, because a household shares it.
CREATE INDEX ON import_head (customer_ref);
CREATE INDEX ON import_head (phone_norm);
ANALYZE import_head;

UPDATE import_head AS h
SET person_key = coalesce(e.email_norm, h.email_norm, '#' || h.customer_ref)
FROM import_head AS n
LEFT JOIN (
    SELECT DISTINCT ON (customer_ref) customer_ref, email_norm
    FROM import_head
    WHERE customer_ref IS NOT NULL AND email_norm IS NOT NULL
    ORDER BY customer_ref, line_no
) AS e ON e.customer_ref = n.customer_ref
WHERE n.ctid = h.ctid AND num_nonnulls(n.customer_ref, n.email_norm) > 0;

UPDATE import_head AS h
SET person_key = coalesce(k.person_key, h.phone_norm)
FROM import_head AS n
LEFT JOIN (
    SELECT DISTINCT ON (phone_norm) phone_norm, person_key
    FROM import_head
    WHERE phone_norm IS NOT NULL AND person_key IS NOT NULL
    ORDER BY phone_norm, line_no
) AS k ON k.phone_norm = n.phone_norm
WHERE n.ctid = h.ctid AND num_nonnulls(n.customer_ref, n.email_norm) = 0;

INSERT INTO import_told
WITH
people AS (
    SELECT h.person_key,
           min(h.line_no) AS first_line,
           -- The newest order, or the last row, knows the person best.
           (array_agg(h.line_no ORDER BY h.at DESC NULLS LAST, h.line_no DESC))[1] AS last_line,
           sum(h.lines)::bigint AS lines,
           array_agg(DISTINCT h.customer_ref) FILTER (WHERE h.customer_ref IS NOT NULL) AS refs,
           array_agg(DISTINCT h.phone_norm) FILTER (WHERE h.phone_norm IS NOT NULL) AS phones,
           bool_or(h.says_no) AS says_no
    FROM import_head AS h
    GROUP BY h.person_key
),
ranked AS (
    SELECT p.*,
           row_number() OVER by_line::integer AS person_no,
           ((sum(p.lines) OVER by_line - p.lines) / %(slice_lines)s)::integer AS slice,
           -- '#' stands before a number, '+' before a phone.
           CASE WHEN strpos(p.person_key, '@') > 1 AND NOT p.person_key ^@ '#'
               THEN p.person_key ELSE '' END AS email_norm
    FROM people AS p
    WINDOW by_line AS (ORDER BY p.first_line)
),
told AS (
    SELECT p.*, c.first_name, c.last_name, c.city, c.country, c.language, c.tags, c.email, c.phone,
           r.phone_norm,
           CASE WHEN p.says_no THEN 'withdrawn' ELSE pg_temp.import_wish(c.accepts_marketing) END
               AS wish,
           allowed.at AS allowed_at, confirmed.at AS confirmed_at, withdrawn.at AS withdrawn_at,
           pg_temp.import_ip(c.consent_ip) AS allowed_ip,
           pg_temp.import_ip(c.confirmed_ip) AS confirmed_ip,
           c.withdrawn_why
    FROM ranked AS p
    JOIN import_cell AS c ON c.line_no = p.last_line
    JOIN import_read AS r ON r.line_no = p.last_line
    LEFT JOIN import_date AS allowed ON allowed.cell = c.consent_at
    LEFT JOIN import_date AS confirmed ON confirmed.cell = c.confirmed_at
    LEFT JOIN import_date AS withdrawn ON withdrawn.cell = c.withdrawn_at
)
SELECT t.person_no,
       t.person_key,
       -- Slices of people come behind those of products (1) and rejected lines.
       t.slice + 2 + (
           SELECT ceil(count(*) / %(slice_lines)s::numeric)::integer
           FROM import_line WHERE reason IS NOT NULL
       ) AS slice,
       t.lines,
       t.refs,
       t.phones,
       t.last_line,
       t.email_norm,
       CASE WHEN casefold(t.email) = t.email_norm THEN t.email ELSE t.email_norm END AS email,
       coalesce(t.phone_norm, left(t.phone, 32), '') AS phone,
       coalesce(t.first_name, '') AS first_name,
       coalesce(t.last_name, '') AS last_name,
       coalesce(t.city, '') AS city,
       coalesce(named.name, t.country, '') AS country,
       coalesce(t.language, '') AS language,
       coalesce(pg_temp.import_list(t.tags), '[]') AS tags,
       '{}'::jsonb AS attributes,
       split_part(t.email_norm, '@', 2) = ANY(%(relay_domains)s::text[]) AS is_relay,
       -- A wish that says it is dead is about the address, not about what its owner wants.
       CASE
           WHEN t.wish = 'withdrawn' THEN 'withdrawn'
           WHEN t.wish = 'granted' AND %(basis)s <> 'none' THEN 'granted'
       END AS wish,
       t.wish = 'cleaned' AND t.email_norm <> '' AS is_dead,
       least(
           CASE WHEN t.wish = 'withdrawn' THEN t.withdrawn_at
               ELSE coalesce(t.confirmed_at, t.allowed_at) END,
           %(at)s
       ) AS wish_at,
       CASE WHEN t.wish = 'withdrawn' THEN t.withdrawn_at IS NOT NULL
           ELSE num_nonnulls(t.allowed_at, t.confirmed_at) > 0 END AS has_time,
       CASE
           WHEN t.wish = 'withdrawn' THEN 'none'
           WHEN %(basis)s = 'consent'
               AND num_nonnulls(t.allowed_at, t.confirmed_at, t.allowed_ip, t.confirmed_ip) = 0
               THEN 'claimed'
           ELSE %(basis)s
       END AS basis,
       jsonb_strip_nulls(jsonb_build_object(
           'opt_in_at', t.allowed_at, 'opt_in_ip', t.allowed_ip,
           'confirmed_at', t.confirmed_at, 'confirmed_ip', t.confirmed_ip,
           'withdrawn_at', t.withdrawn_at,
           -- The ledger names nobody.
           'reason', CASE WHEN strpos(t.withdrawn_why, '@') = 0 THEN left(t.withdrawn_why, 200) END
       )) AS proof
FROM told AS t
LEFT JOIN unnest(%(written_countries)s::text[], %(country_names)s::text[])
    AS named (written, name) ON named.written = t.country;

UPDATE import_told AS p
SET attributes = a.found
FROM (
    SELECT line_no, jsonb_object_agg(name, value) AS found
    FROM import_custom
    WHERE value IS NOT NULL
    GROUP BY line_no
) AS a
WHERE a.line_no = p.last_line;

ANALYZE import_told;

UPDATE import_order AS o
SET person_no = p.person_no,
    slice = p.slice,
    content_hash = sha256(o.lines_hash || convert_to(concat_ws(
        chr(31), p.person_key, extract(epoch FROM o.placed_at), o.amount, o.discount,
        o.discount_codes, o.tags, o.channel, extract(epoch FROM o.cancelled_at), o.is_test
    ), 'UTF8'))
FROM import_order AS n
LEFT JOIN import_head AS h ON h.order_key = n.order_key AND h.is_refund = n.is_refund
LEFT JOIN import_told AS p ON p.person_key = h.person_key
WHERE n.ctid = o.ctid;

-- Orders of nobody make slices of their own, behind those of people.
UPDATE import_order AS o
SET slice = u.slice
FROM (
    SELECT order_key, is_refund,
           ((sum(lines) OVER (ORDER BY first_line, is_refund) - lines) / %(slice_lines)s)::integer
               + 1 + greatest(
                   (SELECT max(slice) FROM import_told),
                   1 + (SELECT ceil(count(*) / %(slice_lines)s::numeric)::integer
                        FROM import_line WHERE reason IS NOT NULL)
               ) AS slice
    FROM import_order
    WHERE person_no IS NULL
) AS u
WHERE u.order_key = o.order_key AND u.is_refund = o.is_refund;

INSERT INTO import_identity (person_no, slice, kind, source, value, value_norm, is_telling)
SELECT p.person_no, p.slice, 'external', %(source)s, ref, ref, true
FROM import_told AS p CROSS JOIN LATERAL unnest(p.refs) AS ref
UNION ALL
SELECT p.person_no, p.slice, 'email', '', p.email, p.email_norm, true
FROM import_told AS p
WHERE p.email_norm <> ''
UNION ALL
SELECT p.person_no, p.slice, 'phone', '', number, number, p.person_key = number
FROM import_told AS p CROSS JOIN LATERAL unnest(p.phones) AS number;

INSERT INTO import_product (sku, title, category)
WITH sold AS (
    SELECT l.sku, min(l.line_no) AS line_no
    FROM import_line AS l
    WHERE l.reason IS NULL AND l.sku IS NOT NULL
    GROUP BY l.sku
)
SELECT s.sku, coalesce(c.product, ''), coalesce(c.category, '')
FROM sold AS s
JOIN import_cell AS c ON c.line_no = s.line_no;

INSERT INTO import_slice (number, part, first_line, last_line, lines)
SELECT 1, 'products', NULL::integer, NULL::integer, 0::bigint
UNION ALL
SELECT 2 + part_no, 'rejects', min(line_no), max(line_no), count(*)
FROM (
    SELECT line_no, ((row_number() OVER (ORDER BY line_no) - 1) / %(slice_lines)s)::integer AS part_no
    FROM import_line WHERE reason IS NOT NULL
) AS rejected
GROUP BY part_no
UNION ALL
SELECT slice, 'people', NULL, NULL, sum(lines)::bigint
FROM (
    SELECT slice, lines FROM import_told
    UNION ALL
    SELECT slice, lines FROM import_order WHERE person_no IS NULL
) AS used
GROUP BY slice;

INSERT INTO import_refused
SELECT r.line_no, r.line
FROM import_raw AS r
JOIN import_line AS l ON l.line_no = r.line_no AND l.reason IS NOT NULL;
