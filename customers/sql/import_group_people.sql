-- Each row of the file is a person. Looks at the file only, never at the brand's rows.
--
-- brand_id: unused, TEMP tables only.
INSERT INTO import_line (line_no, reason, detail)
SELECT r.line_no,
       coalesce(
           r.reason,
           CASE WHEN num_nonnulls(r.customer_ref, r.email_norm, r.phone_norm) = 0
               THEN 'no_identity' END
       ),
       r.detail
FROM import_read AS r;

INSERT INTO import_head (lines, line_no, customer_ref, email_norm, phone_norm, says_no)
SELECT 1, r.line_no, r.customer_ref, r.email_norm, r.phone_norm,
       coalesce(pg_temp.import_wish(c.accepts_marketing) = 'withdrawn', false)
FROM import_read AS r
JOIN import_line AS l ON l.line_no = r.line_no AND l.reason IS NULL
JOIN import_cell AS c ON c.line_no = r.line_no;
