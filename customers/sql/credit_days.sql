-- Credited money per day of the brand's calendar and source.
--
-- brand_id, start, end (both included).
SELECT "on", source, sum(amount_minor)::bigint
FROM customers_credit
WHERE brand_id = %(brand_id)s AND "on" BETWEEN %(start)s AND %(end)s
GROUP BY "on", source
