-- The lines of a statement as its CSV says them: nothing here may change once it is issued.
-- A line tells its day by the statement's clock, never the second: that would tell who it was.
SELECT to_char(line.happened_at AT TIME ZONE (statement.parties ->> 'zone'), 'YYYY-MM-DD'),
       offer.uid, line.part, line.words, line.basis_minor, line.amount_minor, rule.rule_hash
FROM partners_commissionline AS line
JOIN partners_statement AS statement
    ON statement.brand_id = line.brand_id AND statement.id = line.statement_id
JOIN partners_commissionrule AS rule
    ON rule.brand_id = line.brand_id AND rule.id = line.rule_id
LEFT JOIN partners_offer AS offer
    ON offer.brand_id = line.brand_id AND offer.id = line.offer_id
WHERE line.brand_id = %(brand_id)s AND line.statement_id = %(statement_id)s
ORDER BY line.happened_at, line.id
