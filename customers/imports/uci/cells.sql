-- Cells of UCI Online Retail. An invoice that starts with C is a cancellation: a refund that names
-- no order. Everything else must be a sale.
INSERT INTO import_cell
    (line_no, problem, is_refund, order_id, ordered_at, customer_id, sku, product, quantity,
     unit_price, country)
SELECT r.line_no,
       r.problem,
       c[%(order_id)s] ^@ 'C',
       c[%(order_id)s],
       c[%(ordered_at)s],
       c[%(customer_id)s],
       c[%(sku)s],
       c[%(product)s],
       c[%(quantity)s],
       c[%(unit_price)s],
       NULLIF(c[%(country)s], 'Unspecified')
FROM import_raw AS r
CROSS JOIN LATERAL string_to_array(r.line, chr(31), '') AS c;
