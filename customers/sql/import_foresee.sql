-- What the run will do, from the verdicts: one row of counts and the reasons with their lines.
SELECT jsonb_build_object(
    'lines', line.told,
    'lines_used', line.used - erased.lines,
    'lines_rejected', line.told - line.used + erased.lines,
    'customers_created', (SELECT count(*) FROM import_person WHERE verdict = 'create'),
    'customers_updated', (SELECT count(*) FROM import_person WHERE verdict = 'update'),
    'customers_unchanged', (SELECT count(*) FROM import_person WHERE verdict = 'keep'),
    'products_created', (SELECT count(*) FROM import_product WHERE verdict = 'create'),
    'products_updated', (SELECT count(*) FROM import_product WHERE verdict = 'update'),
    'consents_recorded', (SELECT count(*) FROM import_person WHERE act = 'granted'),
    'withdrawals_recorded', (SELECT count(*) FROM import_person WHERE act = 'withdrawn'),
    'addresses_suppressed', (
        SELECT count(DISTINCT i.value_norm)
        FROM import_person AS p
        JOIN import_identity AS i ON i.person_no = p.person_no AND i.kind = 'email'
        WHERE p.is_dead AND p.verdict <> 'erased' AND NOT EXISTS (
            SELECT FROM customers_suppression AS s
            WHERE s.brand_id = %(brand_id)s AND s.channel = 'email' AND s.address = i.value_norm
        )
    )
) || (
    SELECT jsonb_build_object(
        'orders_created', count(*) FILTER (WHERE NOT is_refund AND verdict = 'create'),
        'orders_updated', count(*) FILTER (WHERE NOT is_refund AND verdict = 'update'),
        'orders_unchanged', count(*) FILTER (WHERE NOT is_refund AND verdict = 'keep'),
        'orders_unattributed', count(*) FILTER (WHERE NOT is_refund AND customer_id IS NULL),
        'refunds_created', count(*) FILTER (WHERE is_refund AND verdict = 'create'),
        'refunds_updated', count(*) FILTER (WHERE is_refund AND verdict = 'update'),
        'refunds_unchanged', count(*) FILTER (WHERE is_refund AND verdict = 'keep')
    )
    FROM import_order
) || jsonb_build_object('reasons', (
    SELECT coalesce(jsonb_object_agg(reason, lines), '{}')
    FROM (
        SELECT reason, count(*) AS lines FROM import_line WHERE reason IS NOT NULL GROUP BY reason
        UNION ALL
        SELECT 'erased', erased.lines WHERE erased.lines > 0
    ) AS r
))
FROM (
    -- Orders of somebody erased are used, as nobody's.
    SELECT count(*) AS lines
    FROM import_person AS p
    JOIN import_head AS h ON h.person_key = p.person_key AND h.order_key IS NULL
    WHERE p.verdict = 'erased'
) AS erased, (
    SELECT count(*) AS told, count(*) FILTER (WHERE reason IS NULL) AS used FROM import_line
) AS line;
