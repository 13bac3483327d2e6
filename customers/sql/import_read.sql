-- Read the cells: one typed line per row of the file, with the one reason why it cannot be used.
-- Every distinct text is read once, then joined, because files repeat themselves; the tables of
-- what was read are real ones, so that the planner knows their size.
--
-- brand_id: unused, TEMP tables only. zone: the brand's IANA zone. decimal: '.' or ','.
-- currency: the brand's; scale: 10^digits of it. as_of: nothing is later than a day after.
-- of_orders: rows are order lines; else each row is a person.
-- odd_emails, odd_keys: addresses beyond ASCII and what they compare as (IDNA), NULL when invalid.
-- odd_phones, odd_countries, odd_numbers: phones that are not written in E.164, and their form.
CREATE TEMP TABLE import_date AS
SELECT cell, pg_temp.import_time(cell, %(zone)s) AS at
FROM (
    SELECT DISTINCT ordered_at AS cell FROM import_cell
    UNION SELECT DISTINCT cancelled_at FROM import_cell
    UNION SELECT DISTINCT consent_at FROM import_cell
    UNION SELECT DISTINCT confirmed_at FROM import_cell
    UNION SELECT DISTINCT withdrawn_at FROM import_cell
) AS t
WHERE cell IS NOT NULL;

CREATE TEMP TABLE import_amount AS
SELECT cell, pg_temp.import_number(cell, %(decimal)s) AS value
FROM (
    SELECT DISTINCT quantity AS cell FROM import_cell
    UNION SELECT DISTINCT unit_price FROM import_cell
    UNION SELECT DISTINCT line_total FROM import_cell
    UNION SELECT DISTINCT line_discount FROM import_cell
    UNION SELECT DISTINCT order_total FROM import_cell
    UNION SELECT DISTINCT discount FROM import_cell
    UNION SELECT DISTINCT refunded FROM import_cell
) AS n
WHERE cell IS NOT NULL;

-- 7.02E+12: a spreadsheet has thrown digits away, so different ids look the same.
CREATE TEMP TABLE import_ref AS
SELECT cell,
       pg_temp.import_id(cell) AS value,
       cell ~ '^\d([.,]\d+)?[Ee]\+?\d+$' AS is_damaged,
       length(cell) > 120 AS is_long
FROM (
    SELECT DISTINCT order_id AS cell FROM import_cell
    UNION SELECT DISTINCT customer_id FROM import_cell
    UNION SELECT DISTINCT refund_of FROM import_cell
) AS i
WHERE cell IS NOT NULL;

CREATE TEMP TABLE import_address AS
SELECT cell,
       coalesce(i.key, casefold(cell)) AS norm,
       (i.odd IS NULL OR i.key IS NOT NULL) AND length(cell) <= 254
           AND cell ~ '^[^@\s<>,;"]{1,64}@[^@\s<>,;"]+\.[^@\s<>,;".]{2,}$' AS is_valid
FROM (SELECT DISTINCT email AS cell FROM import_cell) AS e
LEFT JOIN unnest(%(odd_emails)s::text[], %(odd_keys)s::text[]) AS i (odd, key) ON i.odd = e.cell
WHERE cell IS NOT NULL;

CREATE TEMP TABLE import_phone AS
SELECT t.cell, t.country, coalesce(o.number, pg_temp.import_e164(t.cell)) AS norm
FROM (
    SELECT DISTINCT phone AS cell, coalesce(country, '') AS country
    FROM import_cell
    WHERE phone IS NOT NULL
) AS t
LEFT JOIN unnest(%(odd_phones)s::text[], %(odd_countries)s::text[], %(odd_numbers)s::text[])
    AS o (cell, country, number) ON o.cell = t.cell AND o.country = t.country;

CREATE UNIQUE INDEX ON import_date (cell);
CREATE UNIQUE INDEX ON import_amount (cell);
CREATE UNIQUE INDEX ON import_ref (cell);
CREATE UNIQUE INDEX ON import_address (cell);
CREATE UNIQUE INDEX ON import_phone (cell, country);
ANALYZE import_date;
ANALYZE import_amount;
ANALYZE import_ref;
ANALYZE import_address;
ANALYZE import_phone;

INSERT INTO import_read
WITH
typed AS (
    SELECT c.*,
           o.value AS order_value, coalesce(o.is_damaged, false) AS order_damaged,
           coalesce(o.is_long, false) AS order_long,
           r.value AS refund_value,
           u.value AS customer_value, coalesce(u.is_damaged, false) AS customer_damaged,
           coalesce(u.is_long, false) AS customer_long,
           e.norm AS email_norm, coalesce(e.is_valid, true) AS email_valid,
           f.norm AS phone_norm,
           t.at AS placed_at,
           x.at AS cancelled,
           CASE WHEN c.quantity IS NULL THEN 1 ELSE q.value END AS quantity_value,
           p.value AS price_value,
           a.value AS total_value,
           round(coalesce(a.value, CASE WHEN c.line_total IS NULL THEN
               CASE WHEN c.quantity IS NULL THEN 1 ELSE q.value END * p.value
               - CASE WHEN c.line_discount IS NULL THEN 0 ELSE d.value END
           END) * %(scale)s) AS minor,
           round(g.value * %(scale)s) AS order_minor,
           round(abs(h.value) * %(scale)s) AS discount_minor,
           round(abs(b.value) * %(scale)s) AS refunded_minor,
           w.problem AS attribute_problem
    FROM import_cell AS c
    LEFT JOIN import_ref AS o ON o.cell = c.order_id
    LEFT JOIN import_ref AS r ON r.cell = c.refund_of
    LEFT JOIN import_ref AS u ON u.cell = c.customer_id
    LEFT JOIN import_address AS e ON e.cell = c.email
    LEFT JOIN import_phone AS f ON f.cell = c.phone AND f.country = coalesce(c.country, '')
    LEFT JOIN import_date AS t ON t.cell = c.ordered_at
    LEFT JOIN import_date AS x ON x.cell = c.cancelled_at
    LEFT JOIN import_amount AS q ON q.cell = c.quantity
    LEFT JOIN import_amount AS p ON p.cell = c.unit_price
    LEFT JOIN import_amount AS a ON a.cell = c.line_total
    LEFT JOIN import_amount AS d ON d.cell = c.line_discount
    LEFT JOIN import_amount AS g ON g.cell = c.order_total
    LEFT JOIN import_amount AS h ON h.cell = c.discount
    LEFT JOIN import_amount AS b ON b.cell = c.refunded
    LEFT JOIN (
        SELECT line_no, min(name || ': ' || problem) AS problem
        FROM import_custom WHERE problem IS NOT NULL GROUP BY line_no
    ) AS w ON w.line_no = c.line_no
    -- A fence: without it `minor` is worked out anew wherever it is looked at.
    OFFSET 0
),
judged AS (
    SELECT t.*,
           CASE
               WHEN t.problem IS NOT NULL THEN t.problem
               WHEN %(of_orders)s AND t.order_value IS NULL THEN 'no_order_id'
               WHEN t.order_damaged OR t.customer_damaged THEN 'damaged_id'
               WHEN t.order_long OR t.customer_long OR length(t.sku) > 120
                   OR length(t.product) > 300 OR length(t.category) > 120
                   OR length(t.first_name) > 80 OR length(t.last_name) > 80
                   OR length(t.city) > 80 OR length(t.country) > 60
                   OR length(t.language) > 10 OR length(t.tags) > 2000
                   OR length(t.order_tags) > 2000 OR length(t.discount_codes) > 2000
                   THEN 'cell_too_long'
               WHEN NOT t.email_valid THEN 'bad_email'
               WHEN t.attribute_problem IS NOT NULL THEN 'bad_attribute'
               WHEN t.ordered_at IS NOT NULL AND t.placed_at IS NULL THEN 'bad_date'
               WHEN t.placed_at < timestamptz '1970-01-01 00:00+00' THEN 'bad_date'
               WHEN t.placed_at > %(as_of)s::timestamptz + interval '1 day' THEN 'future_date'
               WHEN t.cancelled_at IS NOT NULL AND t.cancelled IS NULL THEN 'bad_date'
               WHEN t.cancelled > %(as_of)s::timestamptz + interval '1 day' THEN 'future_date'
               WHEN NOT %(of_orders)s THEN NULL
               WHEN t.quantity_value IS NULL THEN 'bad_quantity'
               WHEN abs(round(t.quantity_value, 3)) >= 1000000000 THEN 'bad_quantity'
               WHEN t.unit_price IS NULL AND t.line_total IS NULL THEN 'no_amount'
               WHEN t.minor IS NULL THEN 'bad_amount'
               WHEN t.order_total IS NOT NULL AND t.order_minor IS NULL
                   OR t.discount IS NOT NULL AND t.discount_minor IS NULL
                   OR t.refunded IS NOT NULL AND t.refunded_minor IS NULL THEN 'bad_amount'
               WHEN t.order_minor < 0 THEN 'negative_total'
               WHEN greatest(abs(t.minor), t.order_minor, t.discount_minor, t.refunded_minor)
                   > 1000000000000000 THEN 'amount_too_large'
               WHEN upper(t.currency) <> %(currency)s THEN 'other_currency'
           END AS reason,
           CASE
               WHEN NOT %(of_orders)s THEN NULL
               -- A kind that says what a line is holds it to that.
               WHEN t.is_refund AND NOT (t.quantity_value < 0 AND t.minor < 0) THEN 'not_a_refund'
               WHEN NOT t.is_refund AND t.quantity_value <= 0 THEN 'no_quantity'
               WHEN NOT t.is_refund AND coalesce(t.price_value, t.total_value) <= 0 THEN 'no_price'
               -- Elsewhere the sign does: quantity and amount must agree.
               WHEN t.is_refund IS NULL AND t.minor < 0 AND t.quantity IS NOT NULL
                   AND t.quantity_value > 0 THEN 'negative_amount'
               WHEN t.is_refund IS NULL AND t.minor >= 0 AND t.quantity_value < 0
                   THEN 'no_quantity'
           END AS rule
    FROM typed AS t
)
SELECT j.line_no,
       j.order_value,
       j.refund_value,
       j.customer_value,
       j.email,
       j.email_norm,
       j.phone_norm,
       j.placed_at,
       coalesce(j.sku, left(j.product, 120)),
       CASE WHEN j.reason IS NULL THEN abs(j.quantity_value) END,
       CASE WHEN j.reason IS NULL THEN abs(j.minor)::bigint END,
       coalesce(j.is_refund, coalesce(j.minor < 0, false)),
       CASE WHEN j.reason IS NULL THEN j.order_minor::bigint END,
       CASE WHEN j.reason IS NULL THEN j.discount_minor::bigint END,
       CASE WHEN j.reason IS NULL THEN j.refunded_minor::bigint END,
       j.cancelled,
       j.reason,
       CASE WHEN j.reason = 'bad_attribute' THEN left(j.attribute_problem, 300) ELSE '' END,
       j.rule
FROM judged AS j;
