-- Keep the promoted attributes' typed values equal to the customers' JSON; writes only what differs.
-- Dates become days since 1970-01-01, yes and no 1 and 0, money minor units. A value of another
-- kind than its definition's (there should be none) is left out.
--
-- brand_id; customer_ids: bigint[] or NULL for all; definition_ids: bigint[] or NULL for all.
WITH
definition AS MATERIALIZED (
    SELECT id, name, kind, is_promoted
    FROM customers_attributedefinition
    WHERE brand_id = %(brand_id)s
        AND (%(definition_ids)s::bigint[] IS NULL OR id = ANY(%(definition_ids)s::bigint[]))
),
wanted AS MATERIALIZED (
    SELECT c.id AS customer_id,
           d.id AS definition_id,
           CASE
               WHEN d.kind IN ('text', 'choice') AND jsonb_typeof(v.value) = 'string'
               THEN left(v.value #>> '{}', 500)
           END AS text,
           CASE
               WHEN d.kind IN ('number', 'money') AND jsonb_typeof(v.value) = 'number'
               THEN (v.value #>> '{}')::double precision
               WHEN d.kind = 'boolean' AND jsonb_typeof(v.value) = 'boolean'
               THEN (v.value = 'true'::jsonb)::integer
               WHEN d.kind = 'date' AND (v.value #>> '{}') ~ '^\d{4}-\d\d-\d\d$'
               THEN (v.value #>> '{}')::date - DATE '1970-01-01'
           END AS number
    FROM definition AS d
    JOIN customers_customer AS c
        ON c.brand_id = %(brand_id)s
        AND (%(customer_ids)s::bigint[] IS NULL OR c.id = ANY(%(customer_ids)s::bigint[]))
        AND c.merged_into_id IS NULL AND c.erased_at IS NULL
    CROSS JOIN LATERAL (SELECT c.attributes -> d.name AS value) AS v
    WHERE d.is_promoted AND v.value IS NOT NULL
),
removed AS (
    DELETE FROM customers_attributevalue AS a
    USING definition AS d
    WHERE a.brand_id = %(brand_id)s AND a.definition_id = d.id
        AND (%(customer_ids)s::bigint[] IS NULL OR a.customer_id = ANY(%(customer_ids)s::bigint[]))
        AND NOT EXISTS (
            SELECT FROM wanted AS w
            WHERE w.customer_id = a.customer_id AND w.definition_id = a.definition_id
                AND num_nonnulls(w.text, w.number) = 1
        )
    RETURNING 1
),
written AS (
    INSERT INTO customers_attributevalue AS a (brand_id, definition_id, customer_id, text, number)
    SELECT %(brand_id)s, definition_id, customer_id, text, number
    FROM wanted
    WHERE num_nonnulls(text, number) = 1
    ORDER BY customer_id, definition_id
    ON CONFLICT (brand_id, customer_id, definition_id) DO UPDATE
    SET text = excluded.text, number = excluded.number
    WHERE (a.text, a.number) IS DISTINCT FROM (excluded.text, excluded.number)
    RETURNING 1
)
SELECT (SELECT count(*) FROM written) + (SELECT count(*) FROM removed);
