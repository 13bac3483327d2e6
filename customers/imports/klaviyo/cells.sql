-- Cells of Klaviyo's profiles export.
INSERT INTO import_cell
    (line_no, problem, customer_id, email, phone, first_name, last_name, city, country,
     accepts_marketing, consent_at)
SELECT r.line_no,
       r.problem,
       c[%(customer_id)s],
       c[%(email)s],
       c[%(phone)s],
       c[%(first_name)s],
       c[%(last_name)s],
       c[%(city)s],
       c[%(country)s],
       c[%(accepts_marketing)s],
       c[%(consent_at)s]
FROM import_raw AS r
CROSS JOIN LATERAL string_to_array(r.line, chr(31), '') AS c;
