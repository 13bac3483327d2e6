-- Events of a visitor whom one of these events names: from now on they are the customer's.
--
-- brand_id; events: as in events_record.sql, which has just kept them; pepper: bytea.
WITH named AS (
    SELECT DISTINCT ON (visitor) e.customer_id, s.customer ->> 'anonymous_id' AS visitor
    FROM jsonb_to_recordset(%(events)s::jsonb) AS s (id text, source text, customer jsonb)
    JOIN customers_customerevent AS e
        ON e.brand_id = %(brand_id)s AND e.source = coalesce(s.source, 'api')
        AND e.source_id = s.id
    WHERE s.customer ->> 'anonymous_id' IS NOT NULL AND e.customer_id IS NOT NULL
    ORDER BY visitor, e.at DESC
),
joined AS (
    UPDATE customers_customerevent AS e
    SET customer_id = n.customer_id, waiting_for = NULL
    FROM named AS n
    WHERE e.brand_id = %(brand_id)s AND e.waiting_for = sha256(
        %(pepper)s::bytea || convert_to('anonymous::' || n.visitor, 'UTF8')
    )
    RETURNING e.customer_id
)
SELECT coalesce(array_agg(DISTINCT customer_id), '{}') FROM joined;
