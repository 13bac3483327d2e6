-- The workbench of one import on one connection: TEMP tables (no row security, so COPY is allowed)
-- and the readers of dates and numbers. Run again, it starts afresh.
DROP TABLE IF EXISTS
    pg_temp.import_raw, pg_temp.import_cell, pg_temp.import_date, pg_temp.import_amount,
    pg_temp.import_ref, pg_temp.import_address, pg_temp.import_read, pg_temp.import_order,
    pg_temp.import_head, pg_temp.import_person, pg_temp.import_identity, pg_temp.import_product,
    pg_temp.import_line, pg_temp.import_slice;

-- Rows of the file; `line` holds its cells parted by U+001F.
CREATE TEMP TABLE import_raw (line_no integer, problem text, line text);

-- The cells a kind has found, as text; NULL where empty. `is_refund` is NULL where only the sign
-- of the amount tells; `refund_of` is the order a refund names.
CREATE TEMP TABLE import_cell (
    line_no integer, problem text, is_refund boolean, order_id text, refund_of text,
    ordered_at text, customer_id text, email text, first_name text, last_name text, city text,
    country text, accepts_marketing text, sku text, product text, category text, quantity text,
    unit_price text, line_total text, currency text
);

-- The same, typed. `reason` says why a line cannot be read, `rule` why it is no sale or refund.
CREATE TEMP TABLE import_read (
    line_no integer, order_id text, refund_of text, customer_ref text, email text, email_norm text,
    placed_at timestamptz, sku text, quantity numeric(12, 3), amount bigint, is_refund boolean,
    reason text, rule text
);

-- '1,234.50', '1.234,50 EUR', '(12)', '12-': the number, or NULL when it is none.
CREATE OR REPLACE FUNCTION pg_temp.import_number(cell text, mark text) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN plain ~ '^-?\d{1,12}(\.\d{1,9})?$' THEN plain::numeric
        WHEN plain ~ '^\(\d{1,12}(\.\d{1,9})?\)$' THEN -btrim(plain, '()')::numeric
        WHEN plain ~ '^\d{1,12}(\.\d{1,9})?-$' THEN -rtrim(plain, '-')::numeric
    END
    FROM translate(
        regexp_replace(cell, '^[A-Z]{3}|[A-Z]{3}$|[$£€¥₹]', '', 'g'),
        -- The decimal mark becomes a point, U+2212 a minus; the rest are group separators.
        mark || U&'\2212' || CASE WHEN mark = ',' THEN '.' ELSE ',' END || U&' ''\2019\00A0\202F',
        '.-'
    ) AS plain
$$;

-- A date and time as files write them, in the brand's zone unless it names its own offset.
-- Dates of three numbers follow DateStyle, which the caller sets. NULL when it is none.
CREATE OR REPLACE FUNCTION pg_temp.import_time(cell text, zone text) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT CASE
        -- Unix seconds, milliseconds, and days of a spreadsheet.
        WHEN cell ~ '^\d{10}$' THEN to_timestamp(cell::bigint)
        WHEN cell ~ '^\d{13}$' THEN to_timestamp(cell::bigint / 1000.0)
        WHEN cell ~ '^[1-9]\d{4}(\.\d+)?$'
            THEN (timestamp '1899-12-30' + cell::float8 * interval '1 day') AT TIME ZONE zone
        -- PostgreSQL reads 'now' and 'tomorrow' too; a file must give a date.
        WHEN cell !~ '^\d{1,4}[-/. ]?(\d{1,2}|[A-Za-z]{3,9})[-/. ]'
            AND cell !~ '^\d{8}$' AND cell !~ '^[A-Z][a-z]{2,8} \d' THEN NULL
        WHEN cell ~ '\d(Z| ?[+-]\d\d(:?\d\d)?| UTC| GMT)$' AND cell ~ ':'
            THEN CASE WHEN pg_input_is_valid(cell, 'timestamptz') THEN cell::timestamptz END
        WHEN pg_input_is_valid(cell, 'timestamp') THEN cell::timestamp AT TIME ZONE zone
    END
$$;

-- An id of another system: without the apostrophe or the '.0' a spreadsheet added; NULL when there
-- is nothing else.
CREATE OR REPLACE FUNCTION pg_temp.import_id(cell text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT NULLIF(regexp_replace(btrim(ltrim(cell, '''')), '^(\d+)\.0$', '\1'), '')
$$;
