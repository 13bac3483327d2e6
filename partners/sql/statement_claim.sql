-- What became due until the statement's day goes into it, as long as it is still being made; how
-- many lines, and what of them the partner earns and owes.
WITH claimed AS (
    UPDATE partners_commissionline AS line
    SET state = 'stated', statement_id = statement.id
    FROM partners_statement AS statement
    WHERE statement.brand_id = %(brand_id)s AND statement.id = %(statement_id)s
      AND statement.state = 'issued' AND statement.lines_count = 0
      AND line.brand_id = %(brand_id)s AND line.partnership_id = statement.partnership_id
      AND line.state = 'due' AND line.locked_until < %(end)s
    RETURNING line.amount_minor
)
SELECT count(*),
       coalesce(sum(amount_minor) FILTER (WHERE amount_minor > 0), 0)::bigint,
       coalesce(-sum(amount_minor) FILTER (WHERE amount_minor < 0), 0)::bigint
FROM claimed
