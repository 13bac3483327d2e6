-- Orders as a call of many items tells of them, with their lines. New ones have no id yet; one that
-- somebody else has added meanwhile is left out of the answer. Lines of changed ones are gone.
--
-- brand_id; zone; rows: a JSON array (services/bulk_orders.py). One row: [no, id, uid] of each.
WITH
said AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (
        no bigint, id bigint, customer_id bigint, source text, source_id text,
        placed_at timestamptz, gross_minor bigint, channel text, discount_minor bigint,
        discount_codes jsonb, tags jsonb, is_test boolean, cancelled_at timestamptz,
        content_hash text, lines jsonb
    )
),
-- In the order of the key, so that two calls that tell of the same never wait for each other.
added AS (
    INSERT INTO customers_order (
        brand_id, customer_id, source, source_id, placed_at, placed_on, gross_minor,
        original_currency, channel, discount_minor, discount_codes, tags, is_test, cancelled_at,
        content_hash
    )
    SELECT %(brand_id)s, customer_id, source, source_id, placed_at,
           (placed_at AT TIME ZONE %(zone)s)::date, gross_minor, '', channel, discount_minor,
           discount_codes, tags, is_test, cancelled_at, decode(content_hash, 'hex')
    FROM said
    WHERE id IS NULL
    ORDER BY source, source_id
    ON CONFLICT (brand_id, source, source_id) DO NOTHING
    RETURNING id, uid, source, source_id
),
changed AS (
    UPDATE customers_order AS o
    SET customer_id = s.customer_id,
        placed_at = s.placed_at,
        placed_on = (s.placed_at AT TIME ZONE %(zone)s)::date,
        gross_minor = s.gross_minor,
        channel = s.channel,
        discount_minor = s.discount_minor,
        discount_codes = s.discount_codes,
        tags = s.tags,
        is_test = s.is_test,
        cancelled_at = coalesce(s.cancelled_at, o.cancelled_at),
        content_hash = decode(s.content_hash, 'hex'),
        -- No longer what an import said: its undo leaves the order alone.
        import_id = NULL
    FROM said AS s
    WHERE o.brand_id = %(brand_id)s AND o.id = s.id
    RETURNING o.id, o.uid, o.source, o.source_id
),
written AS (
    SELECT s.no, s.lines, w.id, w.uid
    FROM said AS s
    JOIN (SELECT * FROM added UNION ALL SELECT * FROM changed) AS w USING (source, source_id)
),
lines AS (
    INSERT INTO customers_orderline
        (brand_id, order_id, product_id, position, quantity, total_minor)
    SELECT %(brand_id)s, w.id, l.product_id, l.position, l.quantity, l.total_minor
    FROM written AS w
    CROSS JOIN LATERAL jsonb_to_recordset(w.lines) AS l (
        product_id bigint, position integer, quantity numeric, total_minor bigint
    )
)
SELECT coalesce(jsonb_agg(jsonb_build_array(no, id, uid)), '[]') FROM written;
