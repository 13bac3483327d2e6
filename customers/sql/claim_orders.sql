-- Claims on whole orders, and the credits of these orders with them. Where nothing else is to be
-- weighed, all pieces of a claimed order have the claim's source and no credit beside them changes
-- (customers/rules/credits.py); other claims, or money that went back, need the whole rule: such
-- customers are answered, for credits.sql to look at.
--
-- brand_id; order_ids: bigint[] and claimants: text[], of orders of known customers; source; at.
WITH asked AS MATERIALIZED (
    SELECT o.id, o.customer_id, said.claimant
    FROM unnest(%(order_ids)s::bigint[], %(claimants)s::text[]) AS said (order_id, claimant)
    JOIN customers_order AS o ON o.brand_id = %(brand_id)s AND o.id = said.order_id
),
entangled AS MATERIALIZED (
    SELECT a.id, a.customer_id
    FROM asked AS a
    WHERE EXISTS (
            SELECT FROM customers_creditclaim AS c
            WHERE c.brand_id = %(brand_id)s AND c.order_id = a.id
        )
        OR EXISTS (
            SELECT FROM customers_refund AS r
            WHERE r.brand_id = %(brand_id)s AND r.order_id = a.id
        )
        OR EXISTS (
            SELECT FROM customers_refund AS r
            WHERE r.brand_id = %(brand_id)s AND r.customer_id = a.customer_id
        )
),
claimed AS (
    INSERT INTO customers_creditclaim (brand_id, order_id, source, claimant, at)
    SELECT %(brand_id)s::bigint, id, %(source)s::text, claimant, %(at)s::timestamptz FROM asked
    ON CONFLICT (brand_id, order_id, line_position, source, claimant)
        DO UPDATE SET withdrawn_at = NULL
),
credited AS (
    UPDATE customers_credit AS c
    SET source = %(source)s::text
    FROM asked AS a
    WHERE c.brand_id = %(brand_id)s AND c.order_id = a.id AND c.refund_id IS NULL
        AND a.id NOT IN (SELECT id FROM entangled)
)
SELECT DISTINCT customer_id FROM entangled
