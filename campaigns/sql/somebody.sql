-- Whether anybody of an audience would be written to now; armed.sql goes into the place of armed.
SELECT EXISTS (SELECT FROM ({armed}) AS armed WHERE armed.reason = '')
