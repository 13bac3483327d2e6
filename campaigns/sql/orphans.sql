-- Chunks whose sender is dead: nobody holds the advisory lock of its row any more.
SELECT item.id, item.brand_id, item.ref_id, item.attempts, item.owner, coalesce(sender.host, '')
FROM accounts_workitem AS item
LEFT JOIN campaigns_sender AS sender ON sender.id = item.owner
WHERE item.kind = %(kind)s
  AND item.owner IS NOT NULL
  AND NOT EXISTS (
      SELECT 1
      FROM pg_locks
      WHERE locktype = 'advisory'
        AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND classid = %(lock)s::oid
        AND objid = item.owner::oid
        AND objsubid = 2
  )
ORDER BY item.id
