-- Snapshot a campaign's audience into chunks, and ask for one piece of work per chunk (of no kind:
-- for none).
-- In the place of armed goes the audience with the reasons why some are not written to (armed.sql).
-- Those reasons are counted; who is held out gets a ghost, a delivery that was skipped, so that
-- what they buy can be set beside what the others buy.
-- Each recipient gets the variant whose stretch of places they stand in (customers.rules.splits);
-- chunks are of one variant, all variants go out side by side, and recipients of one domain are
-- kept together. Chunks of variant '-' wait for somebody to choose the winner. By its recipients'
-- clocks (by_zone) a campaign goes out at the moment of the zone that each one's attribute names;
-- whose attribute names none we know gets it at the brand's. Chunks are of one moment too.
WITH armed AS ({armed}),
lettered AS (
    SELECT armed.id,
           armed.address,
           zone.name,
           coalesce(zone.instant, %(brand_instant)s::timestamptz) AS due_at,
           CASE cardinality(%(letters)s::text[])
               WHEN 1 THEN (%(letters)s::text[])[1]
               ELSE (%(letters)s::text[])[1 + width_bucket(
                   mod(
                       substring(sha256(%(variant_key)s::bytea || int8send(armed.id)) FOR 6)::bigint,
                       10000
                   )::integer,
                   %(variant_ends)s::integer[]
               )]
           END AS variant
    FROM armed
    LEFT JOIN customers_customer AS customer
      ON %(by_zone)s AND customer.brand_id = %(brand_id)s AND customer.id = armed.id
    LEFT JOIN unnest(%(zones)s::text[], %(instants)s::timestamptz[]) AS zone (name, instant)
      ON %(by_zone)s AND zone.name = customer.attributes ->> 'time_zone'
    WHERE armed.reason = ''
),
numbered AS (
    SELECT id,
           variant,
           due_at,
           row_number() OVER (
               PARTITION BY variant, due_at ORDER BY split_part(address, '@', 2), id
           ) - 1 AS place
    FROM lettered
),
cut AS (
    SELECT variant,
           due_at,
           place / %(chunk_size)s AS part,
           array_agg(id ORDER BY place) AS customer_ids
    FROM numbered
    GROUP BY variant, due_at, part
),
chunks AS (
    INSERT INTO campaigns_chunk (
        brand_id, campaign_id, number, customer_ids, variant, due_at, state, host
    )
    SELECT %(brand_id)s,
           %(campaign_id)s,
           row_number() OVER (ORDER BY due_at, part, variant) - 1,
           customer_ids,
           variant,
           due_at,
           'planned',
           ''
    FROM cut
    RETURNING id, variant, due_at, cardinality(customer_ids) AS size
),
work AS (
    INSERT INTO accounts_workitem (brand_id, kind, ref_id, due_at)
    SELECT %(brand_id)s, %(kind)s::text, id, coalesce(due_at, now()) FROM chunks
    WHERE variant <> '-' AND %(kind)s::text IS NOT NULL
    RETURNING id
),
ghosts AS (
    INSERT INTO campaigns_delivery (brand_id, campaign_id, customer_id, outcome, reason, detail)
    SELECT %(brand_id)s, %(campaign_id)s, id, 'skipped', reason, ''
    FROM armed
    WHERE reason IN ('brand_control', 'control')
)
SELECT (SELECT coalesce(sum(size), 0)::bigint FROM chunks) AS planned,
       (SELECT count(*) FROM chunks) AS chunks_total,
       (
           SELECT coalesce(jsonb_object_agg(reason, people), '{{}}'::jsonb)
           FROM (
               SELECT reason, count(*) AS people
               FROM armed WHERE reason <> '' GROUP BY reason
           ) AS left_out
       ) AS skipped,
       (SELECT count(DISTINCT due_at) FROM chunks) AS moments,
       (SELECT count(*) FROM lettered WHERE name IS NULL) AS zoneless
