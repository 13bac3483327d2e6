-- One voucher of a pool for (customer, cause): the one drawn for it before, else a free one. Codes
-- that another is drawing at this moment are passed over, so none is drawn twice and nobody waits.
-- What was held for it is held anew, or given. No row: none is left, or the pool is closed or over.
WITH known AS MATERIALIZED (
    SELECT *
    FROM partners_voucher
    WHERE brand_id = %(brand_id)s AND pool_id = %(pool_id)s
      AND (customer_id = %(customer_id)s
           OR (customer_id IS NULL AND %(customer_id)s::bigint IS NULL))
      AND cause_kind = %(cause_kind)s AND cause_kind <> '' AND cause_id = %(cause_id)s
    FOR NO KEY UPDATE
),
free AS MATERIALIZED (
    SELECT id
    FROM partners_voucher
    WHERE brand_id = %(brand_id)s AND pool_id = %(pool_id)s AND state = 'free'
      AND NOT EXISTS (SELECT FROM known)
      AND EXISTS (
          SELECT FROM partners_voucherpool AS pool
          WHERE pool.brand_id = %(brand_id)s AND pool.id = %(pool_id)s
            AND pool.closed_at IS NULL
            AND (pool.expires_on IS NULL OR pool.expires_on >= %(today)s::date)
      )
    ORDER BY id
    LIMIT 1
    FOR NO KEY UPDATE SKIP LOCKED
),
drawn AS (
    UPDATE partners_voucher
    SET state = %(state)s, reserved_until = %(hold_until)s, drawn_at = %(now)s,
        customer_id = %(customer_id)s, cause_kind = %(cause_kind)s, cause_id = %(cause_id)s,
        expires_on = %(expires_on)s
    WHERE brand_id = %(brand_id)s AND id IN (SELECT id FROM free)
    RETURNING *
),
kept AS (
    UPDATE partners_voucher
    SET state = %(state)s, reserved_until = %(hold_until)s
    WHERE brand_id = %(brand_id)s AND id IN (SELECT id FROM known) AND state = 'reserved'
    RETURNING *
)
SELECT * FROM drawn
UNION ALL SELECT * FROM kept
UNION ALL SELECT * FROM known WHERE state <> 'reserved'
