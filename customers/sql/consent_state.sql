-- Where a customer stands after one more act: the later act wins, at the same instant the
-- withdrawal. An act that comes to light late changes the ledger only.
INSERT INTO customers_consentstate AS state
    (brand_id, customer_id, purpose, channel, status, basis, simulated, at)
VALUES
    (%(brand_id)s, %(customer_id)s, %(purpose)s, %(channel)s, %(status)s, %(basis)s,
     %(simulated)s, %(at)s)
ON CONFLICT (brand_id, customer_id, purpose, channel) DO UPDATE
SET status = excluded.status,
    basis = excluded.basis,
    simulated = excluded.simulated,
    at = excluded.at
WHERE state.at < excluded.at
   OR (state.at = excluded.at AND excluded.status = 'withdrawn')
