-- Cells of WooCommerce's customers report. It holds no permission and no customer number; the
-- sums of orders in it are not taken over.
INSERT INTO import_cell
    (line_no, problem, email, phone, first_name, last_name, city, country)
SELECT r.line_no,
       r.problem,
       c[%(email)s],
       coalesce(c[%(phone)s], c[%(shipping_phone)s]),
       split_part(c[%(name)s], ' ', 1),
       NULLIF(btrim(substr(c[%(name)s], length(split_part(c[%(name)s], ' ', 1)) + 1)), ''),
       c[%(city)s],
       c[%(country)s]
FROM import_raw AS r
CROSS JOIN LATERAL string_to_array(r.line, chr(31), '') AS c;
