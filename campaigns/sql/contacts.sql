-- Of these customers: the mails they got since a moment, by the campaign they belong to (0 answers an
-- act: transactional), those about to leave among them; their clock, how often they want mail, and
-- whether a complaint of theirs is open. What was sent to records merged into theirs was sent to
-- them, and so was what another customer of the same address got: it is one mailbox. The present campaign does not count: its mail is the one being asked about. Transactional
-- mails come along where the brand's limits count them.
-- Who got fewer mails than `fewest` is near no limit and left out, unless `everybody` is asked for.
-- Deliveries grow by thousands a second and have no statistics then: OFFSET 0 has those of each
-- customer looked up alone, and where sorting is off (campaigns.selectors.turns) only one index has
-- their order. By the price PostgreSQL would take any, and read a small brand's for each customer.
WITH record AS (
    SELECT wanted.id AS person_id, wanted.id
    FROM unnest(%(customer_ids)s::bigint[]) AS wanted (id)
    UNION ALL
    SELECT gone.merged_into_id, gone.id
    FROM customers_customer AS gone
    WHERE gone.brand_id = %(brand_id)s AND gone.merged_into_id = ANY(%(customer_ids)s::bigint[])
    UNION ALL
    SELECT mine.id, other.id
    FROM customers_customer AS mine
    CROSS JOIN LATERAL (
        SELECT twin.id
        FROM customers_customer AS twin
        WHERE twin.brand_id = %(brand_id)s AND twin.email_norm = mine.email_norm
          AND twin.id <> mine.id AND twin.merged_into_id IS NULL
        OFFSET 0
    ) AS other
    WHERE mine.brand_id = %(brand_id)s AND mine.id = ANY(%(customer_ids)s::bigint[])
      AND mine.email_norm <> ''
),
reserved AS (
    SELECT held.id, chunk.reserved_at AS at, chunk.campaign_id
    FROM campaigns_chunk AS chunk
    CROSS JOIN LATERAL unnest(chunk.reserved) AS held (id)
    WHERE chunk.brand_id = %(brand_id)s AND chunk.reserved_at IS NOT NULL
      AND chunk.campaign_id <> %(campaign_id)s
),
contact AS (
    SELECT record.person_id, delivered.at, delivered.campaign_id
    FROM record
    CROSS JOIN LATERAL (
        SELECT delivery.at, delivery.campaign_id
        FROM campaigns_delivery AS delivery
        WHERE delivery.brand_id = %(brand_id)s AND delivery.customer_id = record.id
          AND delivery.at > %(since)s
          AND delivery.outcome IN ('sent', 'unknown')
          AND delivery.campaign_id <> %(campaign_id)s
        ORDER BY delivery.at
        OFFSET 0
    ) AS delivered
    UNION ALL
    -- Once its outcome is written, that counts, or nothing does.
    SELECT record.person_id, reserved.at, reserved.campaign_id
    FROM record
    JOIN reserved ON reserved.id = record.id
    WHERE (
        SELECT true
        FROM campaigns_delivery AS delivery
        WHERE delivery.brand_id = %(brand_id)s AND delivery.campaign_id = reserved.campaign_id
          AND delivery.customer_id = record.id
        ORDER BY delivery.at
        LIMIT 1
    ) IS NULL
    UNION ALL
    SELECT record.person_id, answered.at, 0
    FROM record
    CROSS JOIN LATERAL (
        SELECT message.done_at AS at
        FROM campaigns_transactionalmessage AS message
        WHERE %(counts_transactional)s
          AND message.brand_id = %(brand_id)s AND message.customer_id = record.id
          AND message.done_at > %(since)s
          AND message.state IN ('sent', 'bounced')
        OFFSET 0
    ) AS answered
    UNION ALL
    SELECT record.id, NULL, NULL
    FROM record
    WHERE %(everybody)s AND record.id = record.person_id
)
SELECT person.id,
       coalesce(
           (
               SELECT customer.attributes ->> 'time_zone'
               FROM customers_customer AS customer
               WHERE customer.brand_id = %(brand_id)s AND customer.id = person.id
           ),
           ''
       ) AS time_zone,
       (
           SELECT preference.at_most_days
           FROM campaigns_preference AS preference
           WHERE preference.brand_id = %(brand_id)s AND preference.customer_id = person.id
       ) AS at_most_days,
       %(asks_tickets)s AND coalesce(
           (
               SELECT event.name = 'ticket_opened'
               FROM customers_customerevent AS event
               WHERE %(asks_tickets)s
                 AND event.brand_id = %(brand_id)s AND event.customer_id = person.id
                 AND event.name IN ('ticket_opened', 'ticket_closed')
               ORDER BY event.at DESC, event.id DESC
               LIMIT 1
           ),
           false
       ) AS has_ticket,
       person.moments,
       person.campaign_ids
FROM (
    SELECT contact.person_id AS id,
           array_agg(contact.at) FILTER (WHERE contact.at IS NOT NULL) AS moments,
           array_agg(contact.campaign_id) FILTER (WHERE contact.at IS NOT NULL) AS campaign_ids
    FROM contact
    GROUP BY contact.person_id
    HAVING %(everybody)s OR count(contact.at) >= %(fewest)s
) AS person
