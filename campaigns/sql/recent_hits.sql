-- Clicks and opens of these customers between two instants, as far as they are stored: what new ones
-- are judged together with. Made-up ones were not requests.
SELECT id, campaign_id, customer_id, kind, link, at, user_agent, network, hints, is_machine
FROM campaigns_feedback
WHERE brand_id = %(brand_id)s
  AND customer_id = ANY(%(customer_ids)s::bigint[])
  AND at >= %(since)s AND at <= %(until)s
  AND kind IN ('click', 'open')
  AND NOT simulated
