-- Cells of any orders CSV. Whether a line is a refund is seen by its sign.
INSERT INTO import_cell
    (line_no, problem, order_id, refund_of, ordered_at, customer_id, email, first_name, last_name,
     city, country, accepts_marketing, sku, product, category, quantity, unit_price, line_total, currency)
SELECT r.line_no,
       r.problem,
       c[%(order_id)s],
       c[%(order_id)s],
       c[%(ordered_at)s],
       c[%(customer_id)s],
       c[%(email)s],
       c[%(first_name)s],
       c[%(last_name)s],
       c[%(city)s],
       c[%(country)s],
       c[%(accepts_marketing)s],
       c[%(sku)s],
       c[%(product)s],
       c[%(category)s],
       c[%(quantity)s],
       c[%(unit_price)s],
       c[%(line_total)s],
       c[%(currency)s]
FROM import_raw AS r
CROSS JOIN LATERAL string_to_array(r.line, chr(31), '') AS c;
