-- The next days on which time alone may move somebody, written down for these customers of a
-- segment; what was foreseen before and is not any more goes. Whole days only, as many of them as
-- hold at most so many customers: it costs less to look at everybody on a day that moves many.
--
-- `flips` answers (id, flip_on) of the same customers as only_ids. brand_id; segment_id; only_ids:
-- bigint[] or NULL for everybody; most; days: date[], one after the other, with their first
-- instants: timestamptz[]; beyond: the day after them.
-- Answers the first day that was not written down.
WITH
foreseen AS MATERIALIZED (
    SELECT flip.id AS customer_id, flip.flip_on
    FROM ({flips}) AS flip
    WHERE flip.flip_on < %(beyond)s::date
),
crowded AS (
    SELECT min(flip_on) AS day
    FROM (
        SELECT flip_on, sum(count(*)) OVER (ORDER BY flip_on) AS so_far
        FROM foreseen
        GROUP BY flip_on
    ) AS counted
    WHERE so_far > %(most)s
),
until AS MATERIALIZED (SELECT coalesce(day, %(beyond)s::date) AS day FROM crowded),
written AS MATERIALIZED (
    SELECT foreseen.customer_id, day.at
    FROM foreseen
    JOIN unnest(%(days)s::date[], %(instants)s::timestamptz[]) AS day (flip_on, at)
        ON day.flip_on = foreseen.flip_on
    WHERE foreseen.flip_on < (SELECT day FROM until)
),
gone AS (
    DELETE FROM customers_segmentflip AS f
    WHERE f.brand_id = %(brand_id)s AND f.segment_id = %(segment_id)s
        AND (%(only_ids)s::bigint[] IS NULL OR f.customer_id = ANY(%(only_ids)s::bigint[]))
        AND NOT EXISTS (SELECT FROM written WHERE written.customer_id = f.customer_id)
),
kept AS (
    INSERT INTO customers_segmentflip AS f (brand_id, segment_id, customer_id, at)
    SELECT %(brand_id)s, %(segment_id)s, customer_id, at
    FROM written
    ON CONFLICT (brand_id, segment_id, customer_id) DO UPDATE
    SET at = excluded.at
    WHERE f.at <> excluded.at
)
SELECT day FROM until;
