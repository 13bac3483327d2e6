-- Where a customer stands after one more act, whatever the order in which acts come to light: the
-- fold of customers.rules.permissions.standing, one step of it. A withdrawal beats every ground but
-- consent given after it; consent beats the weaker grounds; of equals the latest holds.
INSERT INTO customers_consentstate AS state
    (brand_id, customer_id, purpose, channel, status, basis, expires_on, simulated, at)
VALUES
    (%(brand_id)s, %(customer_id)s, %(purpose)s, %(channel)s, %(status)s, %(basis)s,
     %(expires_on)s, %(simulated)s, %(at)s)
ON CONFLICT (brand_id, customer_id, purpose, channel) DO UPDATE
SET status = excluded.status,
    basis = excluded.basis,
    expires_on = excluded.expires_on,
    simulated = excluded.simulated,
    at = excluded.at
WHERE CASE
    WHEN excluded.status = 'withdrawn'
    THEN state.at <= excluded.at OR (state.status = 'granted' AND state.basis <> 'consent')
    WHEN excluded.basis = 'consent'
    THEN state.at < excluded.at
      OR (state.status = 'granted' AND (state.basis <> 'consent' OR state.at = excluded.at))
    ELSE state.status = 'granted' AND state.basis <> 'consent' AND state.at <= excluded.at
END
