-- The chunk behind this piece of work is done already.
DELETE FROM accounts_workitem WHERE id = %(item_id)s
