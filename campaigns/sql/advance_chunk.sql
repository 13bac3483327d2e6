-- SEND_JOURNAL=db: recipients before this position may be sent to from now on.
UPDATE campaigns_chunk SET intent = %(intent)s
WHERE brand_id = %(brand_id)s AND id = %(chunk_id)s AND owner = %(owner)s
