-- Put lines of orders together: what is used and what is not, orders and refunds, who bought.
-- Looks at the file only, never at the brand's rows.
--
-- brand_id: unused, TEMP tables only. zone: the brand's IANA zone.
-- whole_orders: one bad line holds back its order. needs_customer: an order of nobody is no order;
-- else it stands in the unattributed share.

-- Every line with its one reason, or none. Order and customer cells may stand on one row of the
-- order only: the first row is its top, the first row that names a customer its head.
INSERT INTO import_line
WITH
orders AS MATERIALIZED (
    SELECT r.order_id,
           min(r.line_no) AS top_line,
           min(r.line_no) FILTER (
               WHERE r.customer_ref IS NOT NULL OR r.email_norm IS NOT NULL
           ) AS head_line,
           min(r.line_no) FILTER (WHERE r.phone_norm IS NOT NULL) AS phone_line,
           min(r.placed_at) AS placed_at,
           min(r.customer_ref) IS DISTINCT FROM max(r.customer_ref)
               OR min(r.email_norm) IS DISTINCT FROM max(r.email_norm) AS is_split,
           bool_or(r.reason IS NOT NULL OR r.rule IS NOT NULL) AS has_bad
    FROM import_read AS r
    WHERE r.order_id IS NOT NULL
    GROUP BY r.order_id
)
SELECT r.line_no,
       CASE
           WHEN r.is_refund AND r.refund_of IS NOT NULL THEN left(r.refund_of, 100) || ' refund '
               || (coalesce(r.placed_at, o.placed_at) AT TIME ZONE %(zone)s)::date
           ELSE r.order_id
       END AS order_key,
       CASE WHEN r.is_refund THEN r.refund_of END AS refund_of,
       o.top_line,
       coalesce(o.head_line, o.phone_line) AS head_line,
       CASE WHEN r.is_refund THEN coalesce(r.placed_at, o.placed_at) ELSE o.placed_at END
           AS placed_at,
       r.sku,
       r.quantity,
       r.amount,
       r.is_refund,
       coalesce(
           r.reason,
           CASE
               WHEN %(needs_customer)s AND coalesce(o.head_line, o.phone_line) IS NULL
                   THEN 'no_customer'
               WHEN o.is_split THEN 'two_customers'
               WHEN o.placed_at IS NULL THEN 'no_date'
           END,
           r.rule,
           CASE WHEN %(whole_orders)s AND o.has_bad THEN 'order_incomplete' END
       ) AS reason,
       r.detail
FROM import_read AS r
LEFT JOIN orders AS o ON o.order_id = r.order_id;

-- Orders and refunds. The hash covers all that the file says of one, in any order of its lines.
INSERT INTO import_order
    (order_key, is_refund, refund_of, top_line, head_line, placed_at, amount, lines, first_line,
     lines_hash)
SELECT l.order_key,
       l.is_refund,
       min(l.refund_of),
       min(l.top_line),
       min(l.head_line),
       min(l.placed_at),
       sum(l.amount)::bigint,
       count(*)::integer,
       min(l.line_no),
       sha256(convert_to(string_agg(
           concat_ws(chr(31), l.sku, l.quantity, l.amount), chr(30)
           ORDER BY l.sku, l.quantity, l.amount
       ), 'UTF8'))
FROM import_line AS l
WHERE l.reason IS NULL
GROUP BY l.order_key, l.is_refund;

-- What only the top row of an order says.
UPDATE import_order AS o
SET amount = coalesce(r.order_total, o.amount),
    discount = coalesce(r.discount, 0),
    discount_codes = pg_temp.import_list(c.discount_codes),
    tags = pg_temp.import_list(c.order_tags),
    channel = coalesce(c.channel, ''),
    cancelled_at = r.cancelled_at,
    is_test = coalesce(c.is_test, false)
FROM import_read AS r
JOIN import_cell AS c ON c.line_no = r.line_no
WHERE r.line_no = o.top_line AND NOT o.is_refund
    AND num_nonnulls(
        r.order_total, r.discount, c.discount_codes, c.order_tags, c.channel, r.cancelled_at, c.is_test
    ) > 0;

-- An order that says how much of it was given back, but not when: at the latest when it was
-- cancelled, else on its own day.
INSERT INTO import_order
    (order_key, is_refund, refund_of, top_line, head_line, placed_at, amount, lines, first_line,
     lines_hash)
SELECT left(o.order_key, 100) || ' refund', true, o.order_key, o.top_line, o.head_line,
       coalesce(o.cancelled_at, o.placed_at), r.refunded, 0, o.first_line, ''
FROM import_order AS o
JOIN import_read AS r ON r.line_no = o.top_line
WHERE NOT o.is_refund AND r.refunded > 0;

INSERT INTO import_head
SELECT o.order_key, o.is_refund, o.lines, o.placed_at, r.line_no, r.customer_ref, r.email_norm,
       r.phone_norm, false
FROM import_order AS o
JOIN import_read AS r ON r.line_no = o.head_line;
