-- Cells of any customers CSV.
INSERT INTO import_cell
    (line_no, problem, customer_id, email, phone, first_name, last_name, city, country, language,
     tags, accepts_marketing, consent_at, consent_ip, withdrawn_at)
SELECT r.line_no,
       r.problem,
       c[%(customer_id)s],
       c[%(email)s],
       c[%(phone)s],
       coalesce(c[%(first_name)s], split_part(c[%(name)s], ' ', 1)),
       coalesce(
           c[%(last_name)s],
           NULLIF(btrim(substr(c[%(name)s], length(split_part(c[%(name)s], ' ', 1)) + 1)), '')
       ),
       c[%(city)s],
       c[%(country)s],
       c[%(language)s],
       c[%(tags)s],
       coalesce(
           c[%(accepts_marketing)s], CASE WHEN c[%(withdrawn_at)s] IS NOT NULL THEN 'no' END
       ),
       c[%(consent_at)s],
       c[%(consent_ip)s],
       c[%(withdrawn_at)s]
FROM import_raw AS r
CROSS JOIN LATERAL string_to_array(r.line, chr(31), '') AS c;
