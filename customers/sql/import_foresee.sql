-- What the run will do, from the verdicts: one row of counts and the reasons with their lines.
SELECT jsonb_build_object(
    'lines', (SELECT count(*) FROM import_line),
    'lines_used', (SELECT count(*) FROM import_line WHERE reason IS NULL),
    'lines_rejected', (SELECT count(*) FROM import_line WHERE reason IS NOT NULL),
    'customers_created', (SELECT count(*) FROM import_person WHERE verdict = 'create'),
    'customers_updated', (SELECT count(*) FROM import_person WHERE verdict = 'update'),
    'customers_unchanged', (SELECT count(*) FROM import_person WHERE verdict = 'keep'),
    'products_created', (SELECT count(*) FROM import_product WHERE verdict = 'create'),
    'products_updated', (SELECT count(*) FROM import_product WHERE verdict = 'update'),
    'consents_recorded', (
        SELECT count(*)
        FROM import_person AS p
        WHERE p.accepts AND p.verdict <> 'same' AND NOT EXISTS (
            SELECT FROM customers_consentstate AS s
            WHERE s.brand_id = %(brand_id)s AND s.customer_id = p.customer_id
                AND s.purpose = 'marketing' AND s.channel = 'email'
        )
    )
) || (
    SELECT jsonb_object_agg(
        what || '_' || done,
        (
            SELECT count(*) FROM import_order AS o
            WHERE o.is_refund = (what = 'refunds')
                AND o.verdict = CASE done WHEN 'created' THEN 'create' WHEN 'updated' THEN 'update'
                    ELSE 'keep' END
        )
    )
    FROM unnest(ARRAY['orders', 'refunds']) AS what,
         unnest(ARRAY['created', 'updated', 'unchanged']) AS done
) || jsonb_build_object('reasons', (
    SELECT coalesce(jsonb_object_agg(reason, lines), '{}')
    FROM (
        SELECT reason, count(*) AS lines FROM import_line WHERE reason IS NOT NULL GROUP BY reason
    ) AS r
));
