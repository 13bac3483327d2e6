-- The workbench of one import on one connection: TEMP tables (no row security, so COPY is allowed)
-- and the readers of dates, numbers and wishes. Run again, it starts afresh.
DROP TABLE IF EXISTS
    pg_temp.import_raw, pg_temp.import_cell, pg_temp.import_custom, pg_temp.import_date,
    pg_temp.import_amount, pg_temp.import_ref, pg_temp.import_address, pg_temp.import_phone,
    pg_temp.import_read, pg_temp.import_order, pg_temp.import_head, pg_temp.import_told, pg_temp.import_person,
    pg_temp.import_identity, pg_temp.import_product, pg_temp.import_line, pg_temp.import_refused,
    pg_temp.import_slice;

-- Rows of the file; `line` holds its cells parted by U+001F.
CREATE TEMP TABLE import_raw (line_no integer, problem text, line text);

-- The cells a kind has found, as text; NULL where empty. `is_refund` is NULL where only the sign
-- of the amount tells; `refund_of` is the order a refund names. Lists are parted by commas.
CREATE TEMP TABLE import_cell (
    line_no integer, problem text,
    -- Who.
    customer_id text, email text, phone text, first_name text, last_name text, city text,
    country text, language text, tags text,
    -- What they allowed, and what shows it.
    accepts_marketing text, consent_at text, consent_ip text, confirmed_at text,
    confirmed_ip text, withdrawn_at text, withdrawn_why text,
    -- The order; these may stand on its first row only.
    order_id text, is_refund boolean, refund_of text, ordered_at text, currency text,
    order_total text, discount text, discount_codes text, order_tags text, channel text,
    cancelled_at text, refunded text, is_test boolean,
    -- The line.
    sku text, product text, category text, quantity text, unit_price text, line_discount text,
    line_total text
);

-- Columns that are attributes of the brand's own: `cell` as written, then its typed value or the
-- sentence that says what to write.
CREATE TEMP TABLE import_custom (line_no integer, name text, cell text, value jsonb, problem text);

-- The cells, typed. `reason` says why a line cannot be read, `rule` why it is no sale or refund.
CREATE TEMP TABLE import_read (
    line_no integer, order_id text, refund_of text, customer_ref text, email text, email_norm text,
    phone_norm text, placed_at timestamptz, sku text, quantity numeric(12, 3), amount bigint,
    is_refund boolean, order_total bigint, discount bigint, refunded bigint,
    cancelled_at timestamptz, reason text, detail text, rule text
);

-- Every line with its one reason why it is not used, or none; and the cells of those, as they came.
CREATE TEMP TABLE import_line (
    line_no integer, order_key text, refund_of text, top_line integer, head_line integer,
    placed_at timestamptz, sku text, quantity numeric(12, 3), amount bigint, is_refund boolean,
    reason text, detail text
);
CREATE TEMP TABLE import_refused (line_no integer, line text);

-- Orders and refunds. The verdicts, and the ids of the brand's rows, are found by import_resolve.
CREATE TEMP TABLE import_order (
    order_key text, is_refund boolean, refund_of text, top_line integer, head_line integer,
    placed_at timestamptz, amount bigint, discount bigint DEFAULT 0, discount_codes jsonb,
    tags jsonb, channel text DEFAULT '', cancelled_at timestamptz, is_test boolean DEFAULT false,
    lines integer, first_line integer, lines_hash bytea, person_no integer, slice integer,
    content_hash bytea, row_id bigint, customer_id bigint, former_customer_id bigint,
    refunded_order_id bigint, verdict text
);

-- Which line says who: of each order its head, else each row.
CREATE TEMP TABLE import_head (
    order_key text, is_refund boolean, lines integer, at timestamptz, line_no integer,
    customer_ref text, email_norm text, phone_norm text, says_no boolean, person_key text
);

-- People, as the file tells them; and what comes of it, held against the brand's rows. `seen` is the
-- version of the row that a change was worked out from.
CREATE TEMP TABLE import_told (
    person_no integer, person_key text, slice integer, lines bigint, refs text[], phones text[],
    last_line integer, email_norm text, email text, phone text, first_name text, last_name text,
    city text, country text, language text, tags jsonb, attributes jsonb DEFAULT '{}',
    is_relay boolean, wish text, is_dead boolean, wish_at timestamptz, has_time boolean,
    basis text, proof jsonb
);
CREATE TEMP TABLE import_person (
    LIKE import_told, act text, customer_id bigint, verdict text, seen xid
);

-- How a person may already be known: numbers of the source, addresses, phones.
CREATE TEMP TABLE import_identity (
    person_no integer, slice integer, kind text, source text, value text, value_norm text,
    is_telling boolean, is_known boolean DEFAULT false
);

-- Products, as the first line that sold them calls them.
CREATE TEMP TABLE import_product (
    sku text, title text, category text, row_id bigint, verdict text
);

-- The slices of the run, each one transaction: products, rejected lines by range, people.
CREATE TEMP TABLE import_slice (
    number integer, part text, first_line integer, last_line integer, lines bigint
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

-- A phone number written in E.164, whatever stands between its digits; NULL when it is none.
CREATE OR REPLACE FUNCTION pg_temp.import_e164(cell text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN plain ~ '^\+[1-9]\d{6,14}$' THEN plain END
    FROM translate(cell, U&''' ()-./\00A0\202F', '') AS plain
$$;

-- What a person allowed, in the words of many programs: granted, withdrawn, cleaned (the address
-- is dead), or NULL when it says nothing of either.
CREATE OR REPLACE FUNCTION pg_temp.import_wish(cell text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN word IN ('yes', 'y', 'true', 't', '1', 'on', 'ja', 'oui', 'si', 'subscribed',
            'opted in', 'opt in', 'granted', 'allowed', 'confirmed') THEN 'granted'
        WHEN word IN ('no', 'n', 'false', 'f', '0', 'off', 'nein', 'non', 'unsubscribed',
            'opted out', 'opt out', 'withdrawn', 'revoked', 'suppressed', 'complained')
            THEN 'withdrawn'
        WHEN word IN ('cleaned', 'bounced', 'hard bounced', 'invalid') THEN 'cleaned'
    END
    FROM translate(casefold(cell), '_-', '  ') AS word
$$;

-- A list in one cell, '"a, b", c' or 'a, b': its items without quotes, doubles and empty ones.
CREATE OR REPLACE FUNCTION pg_temp.import_list(cell text) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT coalesce(jsonb_agg(item ORDER BY place), '[]')
    FROM (
        SELECT left(btrim(part[1], ' "'''), 60) AS item, min(place) AS place
        FROM regexp_matches(cell, '("[^"]*"|[^,;"]+)', 'g') WITH ORDINALITY AS found (part, place)
        WHERE btrim(part[1], ' "''') <> ''
        GROUP BY 1
    ) AS items
$$;

-- An IP address without its last part, as far as proof needs it; NULL when it is none.
CREATE OR REPLACE FUNCTION pg_temp.import_ip(cell text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN NOT pg_input_is_valid(cell, 'inet') THEN NULL
        WHEN family(cell::inet) = 4 THEN host(network(set_masklen(cell::inet, 24)))
        ELSE host(network(set_masklen(cell::inet, 48)))
    END
$$;

-- What a column holds after the file has spoken: `policy` always (also NULL), empty or never.
CREATE OR REPLACE FUNCTION pg_temp.import_pick(said text, known text, policy text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE policy
        WHEN 'never' THEN known
        WHEN 'empty' THEN coalesce(NULLIF(known, ''), said)
        ELSE coalesce(NULLIF(said, ''), known)
    END
$$;
