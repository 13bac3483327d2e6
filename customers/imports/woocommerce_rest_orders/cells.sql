-- Cells of WooCommerce's orders as rows.py lays them out. Orders that were never paid do not count.
INSERT INTO import_cell
    (line_no, problem, order_id, refund_of, ordered_at, customer_id, email, phone, first_name,
     last_name, city, country, currency, order_total, discount, discount_codes, channel,
     cancelled_at, refunded, is_test, sku, product, quantity, line_total)
SELECT r.line_no,
       r.problem,
       c[%(order_id)s],
       c[%(order_id)s],
       c[%(ordered_at)s],
       c[%(customer_id)s],
       c[%(email)s],
       c[%(phone)s],
       c[%(first_name)s],
       c[%(last_name)s],
       c[%(city)s],
       c[%(country)s],
       c[%(currency)s],
       c[%(order_total)s],
       c[%(discount)s],
       c[%(discount_codes)s],
       CASE c[%(created_via)s]
           WHEN 'checkout' THEN 'web' WHEN 'store-api' THEN 'web'
           WHEN 'admin' THEN 'phone' WHEN 'pos' THEN 'till' WHEN 'pos-rest-api' THEN 'till'
       END,
       CASE WHEN c[%(status)s]
               IN ('cancelled', 'failed', 'trash', 'pending', 'checkout-draft', 'draft')
           THEN coalesce(c[%(changed_at)s], c[%(ordered_at)s]) END,
       c[%(refunded)s],
       CASE WHEN c[%(payment)s] ~* '\mtest\M' THEN true END,
       c[%(sku)s],
       c[%(product)s],
       c[%(quantity)s],
       c[%(line_total)s]
FROM import_raw AS r
CROSS JOIN LATERAL string_to_array(r.line, chr(31), '') AS c;
