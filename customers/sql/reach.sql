-- How many members of a segment stand under each reason why they are not written to; '' are.
-- {audience} is a compiled segment, {permission} the judgement of customers.selectors.audience.
SELECT judged.reason, count(*)
FROM ({permission}) AS judged
WHERE judged.customer_id IN ({audience})
GROUP BY judged.reason
