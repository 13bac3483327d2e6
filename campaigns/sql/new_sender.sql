-- A sender begins: its id is the second half of its advisory lock.
INSERT INTO campaigns_sender (host, pid) VALUES (%(host)s, %(pid)s) RETURNING id
