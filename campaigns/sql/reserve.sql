-- Of the customers that were asked about, these ones' mails are about to leave; for those of the chunk
-- who were not asked about now it stays as it was.
UPDATE campaigns_chunk
SET reserved = %(customer_ids)s::bigint[] || ARRAY(
        SELECT held.id
        FROM unnest(reserved) AS held (id)
        WHERE held.id <> ALL(%(asked_ids)s::bigint[])
    ),
    reserved_at = %(at)s
WHERE brand_id = %(brand_id)s AND id = %(chunk_id)s
