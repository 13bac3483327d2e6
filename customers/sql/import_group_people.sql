-- Each row of the file is a person. Looks at the file only, never at the brand's rows.
--
-- brand_id: unused, TEMP tables only.
CREATE TEMP TABLE import_line AS
SELECT r.line_no,
       NULL::text AS order_key,
       NULL::text AS sku,
       NULL::numeric(12, 3) AS quantity,
       NULL::bigint AS amount,
       NULL::boolean AS is_refund,
       coalesce(
           r.reason,
           CASE WHEN num_nonnulls(r.customer_ref, r.email_norm, r.phone_norm) = 0
               THEN 'no_identity' END
       ) AS reason,
       r.detail
FROM import_read AS r;

CREATE TEMP TABLE import_order (
    order_key text, is_refund boolean, refund_of text, top_line integer, head_line integer,
    placed_at timestamptz, amount bigint, discount bigint, discount_codes jsonb, tags jsonb,
    channel text, cancelled_at timestamptz, is_test boolean, lines integer, first_line integer,
    lines_hash bytea, person_no integer, slice integer, content_hash bytea, row_id bigint,
    former_customer_id bigint, refunded_order_id bigint, verdict text
);

CREATE TEMP TABLE import_head AS
SELECT NULL::text AS order_key, NULL::boolean AS is_refund, 1 AS lines, NULL::timestamptz AS at,
       r.line_no, r.customer_ref, r.email_norm, r.phone_norm,
       coalesce(pg_temp.import_wish(c.accepts_marketing) = 'withdrawn', false) AS says_no,
       NULL::text AS person_key
FROM import_read AS r
JOIN import_line AS l ON l.line_no = r.line_no AND l.reason IS NULL
JOIN import_cell AS c ON c.line_no = r.line_no;
