-- New codes of a pool; how many were added, and how many it had already. Codes are told apart in the
-- whole brand, and what other pools have is neither taken nor told of.
WITH given AS (
    SELECT code, code_norm
    FROM unnest(%(codes)s::text[], %(norms)s::text[]) AS given (code, code_norm)
),
added AS (
    INSERT INTO partners_voucher (brand_id, pool_id, code, code_norm, state)
    SELECT %(brand_id)s, %(pool_id)s, given.code, given.code_norm, 'free'
    FROM given
    ON CONFLICT (brand_id, code_norm) DO NOTHING
    RETURNING 1
)
SELECT
    (SELECT count(*) FROM added),
    (
        SELECT count(*)
        FROM partners_voucher AS voucher
        JOIN given ON given.code_norm = voucher.code_norm
        WHERE voucher.brand_id = %(brand_id)s AND voucher.pool_id = %(pool_id)s
    )
