-- Give events that wait to the customers who turn out to own the address or id they gave.
--
-- brand_id; customer_ids: bigint[], whose identities are looked at, or NULL for those that were
-- written since `since`; pepper: bytea.
WITH joined AS (
    UPDATE customers_customerevent AS e
    SET customer_id = i.customer_id, waiting_for = NULL
    FROM customers_identity AS i
    WHERE i.brand_id = %(brand_id)s AND (i.customer_id = ANY(%(customer_ids)s::bigint[])
            OR (%(customer_ids)s::bigint[] IS NULL AND i.created_at >= %(since)s))
        AND i.kind IN ('email', 'external')
        AND e.brand_id = %(brand_id)s AND e.waiting_for = sha256(
            %(pepper)s::bytea
            || convert_to(i.kind || ':' || i.source || ':' || i.value_norm, 'UTF8')
        )
    RETURNING e.customer_id
)
SELECT coalesce(array_agg(DISTINCT customer_id), '{}') FROM joined;
