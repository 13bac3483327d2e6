-- Snapshot a campaign's audience into chunks, and ask for one piece of work per chunk.
-- {audience} is the compiled segment: a SELECT of customer ids of this brand; {permission} is the
-- judgement of customers.selectors.audience.
-- Everybody who may not be written to is counted by the first reason that holds; an address that
-- two customers share is written to once. Chunks keep the recipients of one domain together.
WITH audience (id) AS ({audience}),
judged AS (
    SELECT audience.id, permission.address, nullif(permission.reason, '') AS reason
    FROM audience
    JOIN ({permission}) AS permission ON permission.customer_id = audience.id
),
single AS (
    SELECT id,
           address,
           coalesce(
               reason,
               CASE
                   WHEN row_number() OVER (PARTITION BY reason IS NULL, address ORDER BY id) > 1
                   THEN 'same_address'
               END
           ) AS reason
    FROM judged
),
numbered AS (
    SELECT id,
           row_number() OVER (ORDER BY split_part(address, '@', 2), id) - 1 AS place
    FROM single
    WHERE reason IS NULL
),
chunks AS (
    INSERT INTO campaigns_chunk (brand_id, campaign_id, number, customer_ids, state, host)
    SELECT %(brand_id)s,
           %(campaign_id)s,
           place / %(chunk_size)s,
           array_agg(id ORDER BY place),
           'planned',
           ''
    FROM numbered
    GROUP BY place / %(chunk_size)s
    RETURNING id, cardinality(customer_ids) AS size
),
work AS (
    INSERT INTO accounts_workitem (brand_id, kind, ref_id)
    SELECT %(brand_id)s, %(kind)s, id FROM chunks
    RETURNING id
)
SELECT (SELECT coalesce(sum(size), 0)::bigint FROM chunks) AS planned,
       (SELECT count(*) FROM work) AS chunks_total,
       (
           SELECT coalesce(jsonb_object_agg(reason, people), '{{}}'::jsonb)
           FROM (
               SELECT reason, count(*) AS people
               FROM single WHERE reason IS NOT NULL GROUP BY reason
           ) AS left_out
       ) AS skipped
