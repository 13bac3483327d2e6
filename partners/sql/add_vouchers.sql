-- New codes of a pool; those the brand has already, in any pool, are left as they are.
INSERT INTO partners_voucher (brand_id, pool_id, code, code_norm, state)
SELECT %(brand_id)s, %(pool_id)s, given.code, given.code_norm, 'free'
FROM unnest(%(codes)s::text[], %(norms)s::text[]) AS given (code, code_norm)
ON CONFLICT (brand_id, code_norm) DO NOTHING
