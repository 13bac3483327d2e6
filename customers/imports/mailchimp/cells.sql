-- Cells of Mailchimp's audience export. Which of its three files this is, a person confirms.
INSERT INTO import_cell
    (line_no, problem, email, phone, first_name, last_name, country, language, tags,
     accepts_marketing, consent_at, consent_ip, confirmed_at, confirmed_ip, withdrawn_at,
     withdrawn_why)
SELECT r.line_no,
       r.problem,
       c[%(email)s],
       c[%(phone)s],
       c[%(first_name)s],
       c[%(last_name)s],
       upper(c[%(country)s]),
       c[%(language)s],
       c[%(tags)s],
       %(audience)s::text,
       c[%(consent_at)s],
       c[%(consent_ip)s],
       c[%(confirmed_at)s],
       c[%(confirmed_ip)s],
       c[%(withdrawn_at)s],
       c[%(withdrawn_why)s]
FROM import_raw AS r
CROSS JOIN LATERAL string_to_array(r.line, chr(31), '') AS c;
