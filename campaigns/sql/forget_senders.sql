-- Senders that are gone and have nothing left to hand over.
DELETE FROM campaigns_sender AS sender
WHERE NOT EXISTS (SELECT 1 FROM accounts_workitem AS item WHERE item.owner = sender.id)
  AND NOT EXISTS (
      SELECT 1
      FROM pg_locks
      WHERE locktype = 'advisory'
        AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND classid = %(lock)s::oid
        AND objid = sender.id::oid
        AND objsubid = 2
  )
