-- What lines say of each partnership beside what the ledger has, each line beside its journal, and
-- each statement beside its lines, those carried into it, and the payment that has not failed.
WITH open_lines AS (
    SELECT partnership_id,
           sum(amount_minor) FILTER (
               WHERE state IN ('pending', 'held') AND amount_minor > 0
           ) AS pending_minor,
           sum(amount_minor) AS open_minor
    FROM partners_commissionline
    WHERE brand_id = %(brand_id)s AND state <> 'paid'
    GROUP BY partnership_id
),
books AS (
    SELECT owner_id AS partnership_id,
           sum(balance_minor) FILTER (WHERE kind = 'pending') AS pending_minor,
           sum(CASE kind WHEN 'debt' THEN -balance_minor ELSE balance_minor END) AS open_minor
    FROM accounts_ledgeraccount
    WHERE brand_id = %(brand_id)s AND owner_kind = 'partner' AND unit = %(unit)s
      AND kind IN ('pending', 'payable', 'debt')
    GROUP BY owner_id
),
both_books AS (
    SELECT partnership_id,
           coalesce(books.pending_minor, 0) AS booked_pending,
           coalesce(open_lines.pending_minor, 0) AS said_pending,
           coalesce(books.open_minor, 0) AS booked_open,
           coalesce(open_lines.open_minor, 0) AS said_open
    FROM open_lines
    FULL JOIN books USING (partnership_id)
),
booked AS (
    SELECT journal.cause_id AS line_id, -sum(posting.amount_minor) AS amount_minor
    FROM accounts_journal AS journal
    JOIN accounts_posting AS posting
        ON posting.brand_id = journal.brand_id AND posting.journal_id = journal.id
    JOIN accounts_ledgeraccount AS account
        ON account.brand_id = posting.brand_id AND account.id = posting.account_id
    WHERE journal.brand_id = %(brand_id)s AND journal.cause_kind = 'commission_line'
      AND account.owner_kind = 'partner'
    GROUP BY journal.cause_id
),
stated AS (
    SELECT statement_id, count(*) AS lines_count, sum(amount_minor) AS amount_minor,
           count(*) FILTER (WHERE state <> 'paid') AS unpaid_count
    FROM partners_commissionline
    WHERE brand_id = %(brand_id)s AND statement_id IS NOT NULL
    GROUP BY statement_id
),
carried AS (
    SELECT carried_into_id AS statement_id, sum(total_minor) AS total_minor
    FROM partners_statement
    WHERE brand_id = %(brand_id)s AND carried_into_id IS NOT NULL
    GROUP BY carried_into_id
),
statement AS (
    SELECT s.*, stated.lines_count AS found_count, stated.amount_minor AS found_minor,
           stated.unpaid_count, carried.total_minor AS carried_minor,
           payout.amount_minor AS payout_minor
    FROM partners_statement AS s
    LEFT JOIN stated ON stated.statement_id = s.id
    LEFT JOIN carried ON carried.statement_id = s.id
    LEFT JOIN partners_payout AS payout
        ON payout.brand_id = s.brand_id AND payout.statement_id = s.id
           AND payout.failed_at IS NULL
    WHERE s.brand_id = %(brand_id)s
)
SELECT 'pending by its lines', 'partners_partnership', partnership_id,
       booked_pending::bigint, said_pending::bigint
FROM both_books
WHERE booked_pending <> said_pending
UNION ALL
SELECT 'open by its lines', 'partners_partnership', partnership_id,
       booked_open::bigint, said_open::bigint
FROM both_books
WHERE booked_open <> said_open
UNION ALL
SELECT 'amount by its journal', 'partners_commissionline', line.id,
       coalesce(booked.amount_minor, 0)::bigint, line.amount_minor
FROM partners_commissionline AS line
LEFT JOIN booked ON booked.line_id = line.id
WHERE line.brand_id = %(brand_id)s AND line.amount_minor IS DISTINCT FROM booked.amount_minor
UNION ALL
SELECT 'sum of its lines', 'partners_statement', id,
       coalesce(found_minor, 0)::bigint, earned_minor - owed_minor
FROM statement
WHERE coalesce(found_minor, 0) <> earned_minor - owed_minor
UNION ALL
SELECT 'count of its lines', 'partners_statement', id, coalesce(found_count, 0), lines_count
FROM statement
WHERE coalesce(found_count, 0) <> lines_count
UNION ALL
SELECT 'carried into it', 'partners_statement', id,
       coalesce(carried_minor, 0)::bigint, opening_minor
FROM statement
WHERE coalesce(carried_minor, 0) <> opening_minor
UNION ALL
SELECT 'lines of a closed one that are open', 'partners_statement', id, 0, unpaid_count
FROM statement
WHERE state IN ('paid', 'written') AND unpaid_count > 0
UNION ALL
SELECT 'paid out', 'partners_statement', id, total_minor, payout_minor
FROM statement
WHERE payout_minor <> total_minor
ORDER BY 2, 3
