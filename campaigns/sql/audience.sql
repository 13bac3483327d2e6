-- Who of an audience would be written to now, and why the others would not: the same judgement as
-- plan.sql, counted and not stored. {audience} is the compiled segment, {permission} the judgement
-- of customers.selectors.audience.
SELECT judged.reason, count(*), count(DISTINCT judged.address)
FROM ({audience}) AS audience (id)
JOIN ({permission}) AS judged ON judged.customer_id = audience.id
GROUP BY judged.reason
