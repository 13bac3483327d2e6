-- New codes of a batch; those the brand has already, in any batch, are left as they are.
INSERT INTO campaigns_coupon (brand_id, batch_id, code, code_norm, is_usable)
SELECT %(brand_id)s, %(batch_id)s, given.code, given.code_norm, %(is_usable)s
FROM unnest(%(codes)s::text[], %(norms)s::text[]) AS given (code, code_norm)
ON CONFLICT (brand_id, code_norm) DO NOTHING
