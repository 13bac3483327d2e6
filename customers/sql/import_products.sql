-- Slice 1: the products the file sells.
WITH
changed AS (
    UPDATE customers_product AS p
    SET title = coalesce(NULLIF(n.title, ''), p.title),
        category = coalesce(NULLIF(n.category, ''), p.category)
    FROM import_product AS n
    WHERE n.verdict = 'update' AND p.brand_id = %(brand_id)s AND p.id = n.row_id
    RETURNING 1
),
numbered AS (
    UPDATE import_product
    SET row_id = nextval(pg_get_serial_sequence('customers_product', 'id'))
    WHERE verdict = 'create'
    RETURNING *
),
added AS (
    INSERT INTO customers_product (id, brand_id, source, source_id, title, category)
    SELECT n.row_id, %(brand_id)s, %(source)s, n.sku, n.title, n.category
    FROM numbered AS n
    ORDER BY n.row_id
    RETURNING 1
)
SELECT jsonb_build_object(
    'products_created', (SELECT count(*) FROM added),
    'products_updated', (SELECT count(*) FROM changed)
);
