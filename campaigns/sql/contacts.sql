-- Of each of these customers: the mails they got since a moment, by which kind of campaign, those
-- about to leave among them; their clock, how often they want mail, and whether a complaint of
-- theirs is open. What was sent to records merged into theirs was sent to them. The present
-- campaign does not count: its mail is the one being asked about. Transactional mails come along
-- where the brand's limits count them.
SELECT wanted.id,
       coalesce(customer.attributes ->> 'time_zone', '') AS time_zone,
       preference.at_most_days,
       %(asks_tickets)s AND coalesce(ticket.is_open, false) AS has_ticket,
       past.moments,
       past.kinds
FROM unnest(%(customer_ids)s::bigint[]) AS wanted (id)
JOIN customers_customer AS customer
  ON customer.brand_id = %(brand_id)s AND customer.id = wanted.id
LEFT JOIN campaigns_preference AS preference
       ON preference.brand_id = %(brand_id)s AND preference.customer_id = wanted.id
LEFT JOIN LATERAL (
    SELECT event.name = 'ticket_opened' AS is_open
    FROM customers_customerevent AS event
    WHERE %(asks_tickets)s
      AND event.brand_id = %(brand_id)s AND event.customer_id = wanted.id
      AND event.name IN ('ticket_opened', 'ticket_closed')
    ORDER BY event.at DESC, event.id DESC
    LIMIT 1
) AS ticket ON true
LEFT JOIN LATERAL (
    SELECT array_agg(contact.at) AS moments, array_agg(contact.kind) AS kinds
    FROM (
        SELECT delivery.at, campaign.contact_kind AS kind
        FROM campaigns_delivery AS delivery
        JOIN campaigns_campaign AS campaign
          ON campaign.brand_id = %(brand_id)s AND campaign.id = delivery.campaign_id
        WHERE delivery.brand_id = %(brand_id)s AND delivery.at > %(since)s
          AND delivery.outcome IN ('sent', 'unknown')
          AND delivery.campaign_id <> %(campaign_id)s
          AND delivery.customer_id IN (
              SELECT wanted.id
              UNION ALL
              SELECT gone.id
              FROM customers_customer AS gone
              WHERE gone.brand_id = %(brand_id)s AND gone.merged_into_id = wanted.id
          )
        UNION ALL
        SELECT reservation.at, campaign.contact_kind
        FROM campaigns_reservation AS reservation
        JOIN campaigns_campaign AS campaign
          ON campaign.brand_id = %(brand_id)s AND campaign.id = reservation.campaign_id
        WHERE reservation.brand_id = %(brand_id)s
          AND reservation.campaign_id <> %(campaign_id)s
          AND reservation.customer_id IN (
              SELECT wanted.id
              UNION ALL
              SELECT gone.id
              FROM customers_customer AS gone
              WHERE gone.brand_id = %(brand_id)s AND gone.merged_into_id = wanted.id
          )
        UNION ALL
        SELECT message.done_at, 'transactional'
        FROM campaigns_transactionalmessage AS message
        WHERE %(counts_transactional)s
          AND message.brand_id = %(brand_id)s AND message.done_at > %(since)s
          AND message.state IN ('sent', 'bounced')
          AND message.customer_id IN (
              SELECT wanted.id
              UNION ALL
              SELECT gone.id
              FROM customers_customer AS gone
              WHERE gone.brand_id = %(brand_id)s AND gone.merged_into_id = wanted.id
          )
    ) AS contact
    OFFSET 0
) AS past ON true
