-- The next customers that a campaign would write to, by id: those whom planning would find now.
-- In the place of armed goes the audience with the reasons why some are not written to (armed.sql).
SELECT armed.id
FROM ({armed}) AS armed
WHERE armed.reason = '' AND armed.id > %(after)s
ORDER BY armed.id
LIMIT %(most)s
