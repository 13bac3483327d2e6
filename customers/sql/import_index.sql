-- What was grouped, however it came to the workbench: indexes and statistics for the steps behind.
CREATE INDEX ON import_line (order_key) WHERE reason IS NULL;
CREATE INDEX ON import_line (line_no) WHERE reason IS NOT NULL;
CREATE INDEX ON import_refused (line_no);
CREATE INDEX ON import_order (slice);
CREATE INDEX ON import_person (slice);
CREATE INDEX ON import_identity (slice);
CREATE UNIQUE INDEX ON import_person (person_no);
ANALYZE import_line (line_no, order_key, sku, is_refund, reason);
ANALYZE import_order (order_key, refund_of, is_refund, person_no, slice);
ANALYZE import_told (person_no);
