-- Where customers stand, from the ledger: for each of %(customer_ids)s the fold of
-- customers.rules.permissions.standing over its own acts and those of everybody merged into it,
-- without the acts of imports that were taken back. Writes only what differs; returns how many states it wrote or took away.
WITH RECURSIVE family (root, id) AS (
    SELECT id, id FROM unnest(%(customer_ids)s::bigint[]) AS given (id)
    UNION
    SELECT family.root, customer.id
    FROM family
    JOIN customers_customer AS customer
      ON customer.brand_id = %(brand_id)s AND customer.merged_into_id = family.id
),
act AS (
    SELECT
        family.root,
        consent.*,
        max(consent.at) FILTER (WHERE consent.status = 'withdrawn')
            OVER (PARTITION BY family.root, consent.purpose, consent.channel) AS withdrawn_at
    FROM family
    JOIN customers_consent AS consent
      ON consent.brand_id = %(brand_id)s AND consent.customer_id = family.id
    LEFT JOIN customers_import AS import
      ON import.brand_id = %(brand_id)s AND import.id = consent.import_id
    WHERE import.undo_requested_at IS NULL
),
held AS (
    SELECT DISTINCT ON (root, purpose, channel)
        root, purpose, channel, status, basis, expires_on, simulated, at
    FROM act
    ORDER BY root, purpose, channel,
        CASE
            WHEN status = 'granted' AND basis = 'consent' AND (withdrawn_at < at) IS NOT FALSE
            THEN 0
            WHEN status = 'withdrawn' THEN 1
            ELSE 2
        END,
        at DESC, id DESC
),
written AS (
    INSERT INTO customers_consentstate AS state
        (brand_id, customer_id, purpose, channel, status, basis, expires_on, simulated, at)
    SELECT %(brand_id)s, root, purpose, channel, status, basis, expires_on, simulated, at
    FROM held
    ORDER BY root
    ON CONFLICT (brand_id, customer_id, purpose, channel) DO UPDATE
    SET status = excluded.status,
        basis = excluded.basis,
        expires_on = excluded.expires_on,
        simulated = excluded.simulated,
        at = excluded.at
    WHERE (state.status, state.basis, state.expires_on, state.simulated, state.at)
        IS DISTINCT FROM
        (excluded.status, excluded.basis, excluded.expires_on, excluded.simulated, excluded.at)
    RETURNING id
),
gone AS (
    DELETE FROM customers_consentstate AS state
    WHERE state.brand_id = %(brand_id)s
      AND state.customer_id = ANY(%(customer_ids)s::bigint[])
      AND NOT EXISTS (
          SELECT FROM held
          WHERE held.root = state.customer_id
            AND held.purpose = state.purpose AND held.channel = state.channel
      )
    RETURNING id
)
SELECT (SELECT count(*) FROM written) + (SELECT count(*) FROM gone)
