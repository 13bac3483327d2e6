-- Cells of Shopify's customers export.
INSERT INTO import_cell
    (line_no, problem, customer_id, email, phone, first_name, last_name, city, country, tags,
     accepts_marketing)
SELECT r.line_no,
       r.problem,
       c[%(customer_id)s],
       c[%(email)s],
       coalesce(c[%(phone)s], c[%(address_phone)s]),
       c[%(first_name)s],
       c[%(last_name)s],
       c[%(city)s],
       c[%(country)s],
       c[%(tags)s],
       c[%(accepts_marketing)s]
FROM import_raw AS r
CROSS JOIN LATERAL string_to_array(r.line, chr(31), '') AS c;
