-- Is the chunk still this sender's? Locks its row; no row means it was taken away.
SELECT decided, intent
FROM campaigns_chunk
WHERE brand_id = %(brand_id)s AND id = %(chunk_id)s AND owner = %(owner)s AND state = 'sending'
FOR NO KEY UPDATE
