-- The senders there are, whether each is alive (its lock is held), and how much it has in hand.
SELECT sender.id,
       sender.host,
       sender.pid,
       sender.started_at,
       EXISTS (
           SELECT 1
           FROM pg_locks
           WHERE locktype = 'advisory'
             AND granted
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
             AND classid = %(lock)s::oid
             AND objid = sender.id::oid
             AND objsubid = 2
       ) AS is_alive,
       (SELECT count(*) FROM accounts_workitem AS item WHERE item.owner = sender.id) AS chunks
FROM campaigns_sender AS sender
ORDER BY sender.id
