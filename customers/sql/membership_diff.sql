-- One segment's members brought to what its rule says now: who left gets an end, who came a new
-- interval, and a change row names both. One statement, so one snapshot; all of it costs one hash
-- join of the rule's answer with the members who stand.
--
-- `members` is the compiled rule, of the same customers as only_ids. brand_id; segment_id; at; cause;
-- only_ids: bigint[] or NULL for everybody.
-- Answers: the change (NULL when nobody moved), entered, left, members by the rule, and how many
-- moved of whom neither a change nor a flip was waiting to be looked at.
WITH
due AS MATERIALIZED ({members}),
standing AS (
    SELECT m.customer_id
    FROM customers_segmentmember AS m
    WHERE m.brand_id = %(brand_id)s AND m.segment_id = %(segment_id)s AND m.left_at IS NULL
        AND (%(only_ids)s::bigint[] IS NULL OR m.customer_id = ANY(%(only_ids)s::bigint[]))
),
moved AS MATERIALIZED (
    SELECT coalesce(due.id, standing.customer_id) AS customer_id, due.id IS NOT NULL AS is_in
    FROM due
    FULL JOIN standing ON standing.customer_id = due.id
    WHERE due.id IS NULL OR standing.customer_id IS NULL
),
change AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('customers_segmentchange', 'id')) AS id
    WHERE EXISTS (SELECT FROM moved)
),
closed AS (
    UPDATE customers_segmentmember AS m
    SET left_at = %(at)s, left_by = %(cause)s, left_change = change.id
    FROM moved, change
    WHERE m.brand_id = %(brand_id)s AND m.segment_id = %(segment_id)s AND m.left_at IS NULL
        AND m.customer_id = moved.customer_id AND NOT moved.is_in
),
opened AS (
    INSERT INTO customers_segmentmember (
        brand_id, segment_id, customer_id, entered_at, entered_by, entered_change, left_by
    )
    SELECT %(brand_id)s, %(segment_id)s, moved.customer_id, %(at)s, %(cause)s, change.id, ''
    FROM moved, change
    WHERE moved.is_in
),
counted AS (
    SELECT count(*) FILTER (WHERE is_in) AS entered,
           count(*) FILTER (WHERE NOT is_in) AS left_,
           count(*) FILTER (WHERE
               customer_id NOT IN (
                   SELECT customer_id FROM customers_dirtycustomer WHERE brand_id = %(brand_id)s
               )
               AND customer_id NOT IN (
                   SELECT customer_id
                   FROM customers_segmentflip
                   WHERE brand_id = %(brand_id)s AND segment_id = %(segment_id)s
                       AND at <= %(at)s
               )
           ) AS unexplained
    FROM moved
),
kept AS (
    INSERT INTO customers_segmentchange (id, brand_id, segment_id, cause, entered, "left", at)
    SELECT change.id, %(brand_id)s, %(segment_id)s, %(cause)s, entered, left_, %(at)s
    FROM change, counted
)
SELECT (SELECT id FROM change), entered, left_, (SELECT count(*) FROM due), unexplained
FROM counted;
