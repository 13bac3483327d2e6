-- SEND_JOURNAL=db: recipients before position `intent` may be sent to from now on; those before
-- `decided` have their outcome, or have not been sent to.
UPDATE campaigns_chunk SET intent = %(intent)s, decided = %(decided)s
WHERE brand_id = %(brand_id)s AND id = %(chunk_id)s AND owner = %(owner)s
