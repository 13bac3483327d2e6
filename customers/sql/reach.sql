-- How many members of a segment stand under each reason why they are not written to; '' are.
-- {audience} is a compiled segment, {permission} the judgement of customers.selectors.audience.
SELECT judged.reason, count(*)
FROM ({audience}) AS audience (id)
JOIN ({permission}) AS judged ON judged.customer_id = audience.id
GROUP BY judged.reason
