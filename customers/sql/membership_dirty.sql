-- Claim whom something changed about: from both ends of the queue, so that nobody waits for ever
-- and a single event does not wait for an import. Claimed rows go with this transaction; a crash
-- puts them back.
--
-- brand_id; batch: rows from each end.
DELETE FROM customers_dirtycustomer
WHERE brand_id = %(brand_id)s
    AND id IN (
        (
            SELECT id FROM customers_dirtycustomer
            WHERE brand_id = %(brand_id)s ORDER BY at LIMIT %(batch)s
        )
        UNION
        (
            SELECT id FROM customers_dirtycustomer
            WHERE brand_id = %(brand_id)s ORDER BY at DESC LIMIT %(batch)s
        )
    )
RETURNING customer_id;
