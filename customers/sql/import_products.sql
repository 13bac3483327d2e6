-- Slice 1: the products the file sells. Answers with counts, and with the rows it made.
WITH
changed AS (
    UPDATE customers_product AS p
    SET title = coalesce(NULLIF(n.title, ''), p.title),
        category = coalesce(NULLIF(n.category, ''), p.category)
    FROM import_product AS n
    WHERE n.verdict = 'update' AND p.brand_id = %(brand_id)s AND p.id = n.row_id
    RETURNING p.id, jsonb_build_object(
        'title', old.title, 'category', old.category,
        'new_title', new.title, 'new_category', new.category
    ) AS before
),
logged AS (
    INSERT INTO customers_importchange (brand_id, of_id, "table", row_id, before)
    SELECT %(brand_id)s, %(import_id)s, 'customers_product', id, before FROM changed
),
added AS (
    INSERT INTO customers_product (id, brand_id, source, source_id, title, category)
    SELECT n.row_id, %(brand_id)s, %(source)s, n.sku, n.title, n.category
    FROM import_product AS n
    WHERE n.verdict = 'create'
    ORDER BY n.row_id
    RETURNING id
)
SELECT jsonb_build_object(
    'products_created', (SELECT count(*) FROM added),
    'products_updated', (SELECT count(*) FROM changed)
), jsonb_build_object('products', (SELECT coalesce(jsonb_agg(id), '[]') FROM added));
