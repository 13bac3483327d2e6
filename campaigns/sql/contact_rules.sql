-- The brand's contact rules as they are now, what they take this campaign for, and since when this
-- part of it has been on its way; whether anybody chose how often, and whether complaints are told of at all.
SELECT (
           SELECT policy.rules
           FROM campaigns_contactpolicy AS policy
           WHERE policy.brand_id = %(brand_id)s
           ORDER BY policy.since DESC, policy.id DESC
           LIMIT 1
       ),
       campaign.contact_kind,
       coalesce(
           (
               SELECT chunk.due_at
               FROM campaigns_chunk AS chunk
               WHERE chunk.brand_id = %(brand_id)s AND chunk.id = %(chunk_id)s
           ),
           campaign.due_at,
           campaign.launched_at,
           campaign.created_at
       ),
       brand.time_zone,
       EXISTS (
           SELECT FROM campaigns_preference
           WHERE brand_id = %(brand_id)s AND at_most_days IS NOT NULL
       ),
       EXISTS (
           SELECT FROM customers_eventname
           WHERE brand_id = %(brand_id)s AND name = 'ticket_opened'
       )
FROM campaigns_campaign AS campaign
JOIN accounts_brand AS brand ON brand.id = campaign.brand_id
WHERE campaign.brand_id = %(brand_id)s AND campaign.id = %(campaign_id)s
