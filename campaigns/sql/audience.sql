-- Who of an audience would be written to now, and why the others would not: the same judgement as
-- plan.sql, counted and not stored; armed.sql goes into the place of armed.
SELECT armed.reason, count(*)
FROM ({armed}) AS armed
GROUP BY armed.reason
