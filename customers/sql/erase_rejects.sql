-- Rows to fix that name the person: their cells go, the line and its reason stay. Cells hold what
-- the file had, so an address is looked for inside them, whatever its case.
UPDATE customers_importreject AS reject
SET cells = '[]', detail = ''
WHERE reject.brand_id = %(brand_id)s
  AND EXISTS (
      SELECT FROM unnest(%(addresses)s::text[]) AS address
      WHERE position(address IN lower(reject.cells::text)) > 0
  )
