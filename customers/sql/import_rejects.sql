-- A slice of rejected lines, each with its reason and its cells as they came.
WITH
added AS (
    INSERT INTO customers_importreject (brand_id, of_id, line_number, reason, detail, cells)
    SELECT %(brand_id)s, %(import_id)s, l.line_no, l.reason, l.detail,
           to_jsonb(string_to_array(r.line, chr(31)))
    FROM import_line AS l
    JOIN import_refused AS r ON r.line_no = l.line_no
    WHERE l.reason IS NOT NULL AND l.line_no BETWEEN %(first_line)s AND %(last_line)s
    RETURNING reason
),
reasons AS (
    SELECT reason, count(*) AS lines FROM added GROUP BY reason
)
SELECT jsonb_build_object(
    'lines_rejected', coalesce(sum(lines), 0),
    'reasons', coalesce(jsonb_object_agg(reason, lines), '{}')
), '{}'::jsonb
FROM reasons;
