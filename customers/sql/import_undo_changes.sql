-- Take back what an import changed in rows that were there before it, where nobody has changed them
-- since. Their lines were taken away by the caller. One row: whose facts are due, the orders, counts,
-- and the products that stand in another category now.
--
-- brand_id, import_id; change_ids: bigint[], rows of the import's log.
WITH
change AS MATERIALIZED (
    SELECT "table", row_id, before
    FROM customers_importchange
    WHERE brand_id = %(brand_id)s AND of_id = %(import_id)s AND id = ANY(%(change_ids)s::bigint[])
),
customers AS (
    UPDATE customers_customer AS c
    SET email = b.email, email_norm = b.email_norm, is_relay = b.is_relay, phone = b.phone,
        first_name = b.first_name, last_name = b.last_name, name_norm = b.name_norm,
        country = b.country, city = b.city, language = b.language, tags = b.tags,
        attributes = b.attributes, updated_at = b.updated_at
    FROM change AS g
    CROSS JOIN LATERAL jsonb_to_record(g.before) AS b (
        email text, email_norm text, is_relay boolean, phone text, first_name text,
        last_name text, name_norm text, country text, city text, language text, tags jsonb,
        attributes jsonb, updated_at timestamptz, written_at timestamptz
    )
    WHERE g."table" = 'customers_customer' AND c.brand_id = %(brand_id)s AND c.id = g.row_id
        AND c.updated_at = b.written_at AND c.merged_into_id IS NULL AND c.erased_at IS NULL
    RETURNING c.id
),
products AS (
    UPDATE customers_product AS p
    SET title = b.title, category = b.category
    FROM change AS g
    CROSS JOIN LATERAL jsonb_to_record(g.before) AS b (
        title text, category text, new_title text, new_category text
    )
    WHERE g."table" = 'customers_product' AND p.brand_id = %(brand_id)s AND p.id = g.row_id
        AND p.title = b.new_title AND p.category = b.new_category
    RETURNING p.id, old.category <> new.category AS has_moved
),
orders AS (
    UPDATE customers_order AS o
    SET customer_id = coalesce(c.merged_into_id, c.id), placed_at = b.placed_at,
        placed_on = b.placed_on, gross_minor = b.gross_minor, channel = b.channel,
        discount_minor = b.discount_minor, discount_codes = b.discount_codes, tags = b.tags,
        is_test = b.is_test, cancelled_at = b.cancelled_at,
        content_hash = decode(b.content_hash, 'hex'), import_id = b.import_id
    FROM change AS g
    CROSS JOIN LATERAL jsonb_to_record(g.before) AS b (
        customer_id bigint, placed_at timestamptz, placed_on date, gross_minor bigint,
        channel text, discount_minor bigint, discount_codes jsonb, tags jsonb, is_test boolean,
        cancelled_at timestamptz, content_hash text, import_id bigint, lines jsonb
    )
    LEFT JOIN customers_customer AS c ON c.brand_id = %(brand_id)s AND c.id = b.customer_id
    WHERE g."table" = 'customers_order' AND o.brand_id = %(brand_id)s AND o.id = g.row_id
        AND o.import_id = %(import_id)s
    RETURNING o.id, b.lines, old.customer_id AS old_customer_id, new.customer_id
),
order_lines AS (
    INSERT INTO customers_orderline
        (brand_id, order_id, product_id, position, quantity, total_minor)
    SELECT %(brand_id)s, o.id, l.product_id, l.position, l.quantity, l.total_minor
    FROM orders AS o
    CROSS JOIN LATERAL jsonb_to_recordset(o.lines) AS l (
        product_id bigint, position integer, quantity numeric, total_minor bigint
    )
),
refunds AS (
    UPDATE customers_refund AS r
    SET customer_id = coalesce(c.merged_into_id, c.id), order_id = b.order_id,
        order_ref = b.order_ref, refunded_at = b.refunded_at, refunded_on = b.refunded_on,
        amount_minor = b.amount_minor, content_hash = decode(b.content_hash, 'hex'),
        import_id = b.import_id
    FROM change AS g
    CROSS JOIN LATERAL jsonb_to_record(g.before) AS b (
        customer_id bigint, order_id bigint, order_ref text, refunded_at timestamptz,
        refunded_on date, amount_minor bigint, content_hash text, import_id bigint, lines jsonb
    )
    LEFT JOIN customers_customer AS c ON c.brand_id = %(brand_id)s AND c.id = b.customer_id
    WHERE g."table" = 'customers_refund' AND r.brand_id = %(brand_id)s AND r.id = g.row_id
        AND r.import_id = %(import_id)s
    RETURNING r.id, b.lines, old.customer_id AS old_customer_id, new.customer_id
),
refund_lines AS (
    INSERT INTO customers_refundline
        (brand_id, refund_id, product_id, position, quantity, total_minor)
    SELECT %(brand_id)s, r.id, l.product_id, l.position, l.quantity, l.total_minor
    FROM refunds AS r
    CROSS JOIN LATERAL jsonb_to_recordset(r.lines) AS l (
        product_id bigint, position integer, quantity numeric, total_minor bigint
    )
)
SELECT (
    SELECT coalesce(array_agg(DISTINCT id), '{}')
    FROM (
        SELECT id FROM customers
        UNION ALL SELECT customer_id FROM orders
        UNION ALL SELECT old_customer_id FROM orders
        UNION ALL SELECT customer_id FROM refunds
        UNION ALL SELECT old_customer_id FROM refunds
    ) AS touched
    WHERE id IS NOT NULL
), (SELECT coalesce(array_agg(id), '{}') FROM orders), jsonb_build_object(
    'customers_restored', (SELECT count(*) FROM customers),
    'customers_kept', (SELECT count(*) FROM change WHERE "table" = 'customers_customer')
        - (SELECT count(*) FROM customers),
    'orders_restored', (SELECT count(*) FROM orders),
    'orders_kept', (SELECT count(*) FROM change WHERE "table" = 'customers_order')
        - (SELECT count(*) FROM orders),
    'refunds_restored', (SELECT count(*) FROM refunds),
    'refunds_kept', (SELECT count(*) FROM change WHERE "table" = 'customers_refund')
        - (SELECT count(*) FROM refunds)
), (SELECT coalesce(array_agg(id), '{}') FROM products WHERE has_moved);
