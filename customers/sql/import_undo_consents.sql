-- Where these customers stand by the ledger, without the acts of imports that were taken back. The
-- later act wins, at the same instant the withdrawal.
--
-- brand_id; customer_ids: bigint[].
WITH
standing AS (
    SELECT DISTINCT ON (a.customer_id, a.purpose, a.channel)
           a.customer_id, a.purpose, a.channel, a.status, a.basis, a.expires_on, a.simulated, a.at
    FROM customers_consent AS a
    LEFT JOIN customers_import AS i ON i.brand_id = %(brand_id)s AND i.id = a.import_id
    WHERE a.brand_id = %(brand_id)s AND a.customer_id = ANY(%(customer_ids)s::bigint[])
        AND i.undo_requested_at IS NULL
    ORDER BY a.customer_id, a.purpose, a.channel, a.at DESC, a.status = 'withdrawn' DESC, a.id DESC
),
gone AS (
    DELETE FROM customers_consentstate AS s
    WHERE s.brand_id = %(brand_id)s AND s.customer_id = ANY(%(customer_ids)s::bigint[])
        AND NOT EXISTS (
            SELECT FROM standing AS t
            WHERE t.customer_id = s.customer_id AND t.purpose = s.purpose AND t.channel = s.channel
        )
)
INSERT INTO customers_consentstate AS s
    (brand_id, customer_id, purpose, channel, status, basis, expires_on, simulated, at)
SELECT %(brand_id)s, customer_id, purpose, channel, status, basis, expires_on, simulated, at
FROM standing
ORDER BY customer_id, purpose, channel
ON CONFLICT (brand_id, customer_id, purpose, channel) DO UPDATE
SET status = excluded.status, basis = excluded.basis, expires_on = excluded.expires_on,
    simulated = excluded.simulated, at = excluded.at
WHERE (s.status, s.basis, s.expires_on, s.simulated, s.at) IS DISTINCT FROM
    (excluded.status, excluded.basis, excluded.expires_on, excluded.simulated, excluded.at);
