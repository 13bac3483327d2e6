-- Claim customers whose day has come, segment by segment.
--
-- brand_id; now; batch: rows.
DELETE FROM customers_segmentflip
WHERE brand_id = %(brand_id)s
    AND id IN (
        SELECT id FROM customers_segmentflip
        WHERE brand_id = %(brand_id)s AND at <= %(now)s
        ORDER BY at, segment_id LIMIT %(batch)s
    )
RETURNING segment_id, customer_id;
