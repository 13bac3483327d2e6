-- Every row of a brand's ledger that is not what the postings make it: what is wrong, the table, the
-- row, what the postings say and what was found. Nothing when the ledger is sound.
-- Parameters: brand_id, debit_kinds and summed_kinds (AccountKind).
WITH account AS MATERIALIZED (
    SELECT id, kind, unit, balance_minor,
           CASE WHEN kind = ANY(%(debit_kinds)s) THEN 1 ELSE -1 END AS side
    FROM accounts_ledgeraccount
    WHERE brand_id = %(brand_id)s
),
posting AS MATERIALIZED (
    SELECT id, journal_id, account_id, amount_minor, unit
    FROM accounts_posting
    WHERE brand_id = %(brand_id)s
),
lot AS MATERIALIZED (
    SELECT id, account_id, journal_id, amount_minor, left_minor
    FROM accounts_lot
    WHERE brand_id = %(brand_id)s
),
lot_use AS MATERIALIZED (
    SELECT u.lot_id, u.journal_id, u.amount_minor, lot.account_id
    FROM accounts_lotuse u
    JOIN lot ON lot.id = u.lot_id
    WHERE u.brand_id = %(brand_id)s
),
-- A journal sums to nothing in each unit, and has two sides at least.
journal AS (
    SELECT journal_id, unit, sum(amount_minor) AS total, count(*) AS sides
    FROM posting
    GROUP BY journal_id, unit
),
posted AS (
    SELECT account_id, sum(amount_minor) AS total FROM posting GROUP BY account_id
),
left_in_lots AS (
    SELECT account_id, sum(left_minor) AS total FROM lot GROUP BY account_id
),
used AS (
    SELECT lot_id, sum(amount_minor) AS total FROM lot_use GROUP BY lot_id
),
-- What each journal did to an available balance, by its postings and by its lots.
by_postings AS (
    SELECT p.journal_id, p.account_id, -sum(p.amount_minor) AS total
    FROM posting p
    JOIN account ON account.id = p.account_id AND account.kind = 'available'
    GROUP BY p.journal_id, p.account_id
),
by_lots AS (
    SELECT journal_id, account_id, sum(change) AS total
    FROM (
        SELECT journal_id, account_id, amount_minor AS change FROM lot
        UNION ALL
        SELECT journal_id, account_id, -amount_minor FROM lot_use
    ) AS each
    GROUP BY journal_id, account_id
),
reservation AS MATERIALIZED (
    SELECT r.id, r.account_id, r.journal_id, r.amount_minor, r.outcome,
           (SELECT count(*) FROM accounts_journal j
            WHERE j.brand_id = %(brand_id)s
              AND j.key IN ('spend:' || r.key, 'release:' || r.key)) AS ends
    FROM accounts_reservation r
    WHERE r.brand_id = %(brand_id)s
),
held AS (
    SELECT account_id, sum(amount_minor) AS total
    FROM reservation
    WHERE outcome = ''
    GROUP BY account_id
)
SELECT what, place, row_id, expected::bigint, found::bigint
FROM (
    SELECT 'journal does not balance' AS what, 'journal' AS place, journal_id AS row_id,
           0 AS expected, total AS found
    FROM journal
    WHERE total <> 0
    UNION ALL
    SELECT 'journal has too few sides', 'journal', j.id, 2, coalesce(sum(journal.sides), 0)
    FROM accounts_journal j
    LEFT JOIN journal ON journal.journal_id = j.id
    WHERE j.brand_id = %(brand_id)s
    GROUP BY j.id
    HAVING coalesce(sum(journal.sides), 0) < 2
    UNION ALL
    SELECT 'posting is in another unit than its account', 'posting', p.id, 0, p.amount_minor
    FROM posting p
    JOIN account ON account.id = p.account_id
    WHERE account.unit <> p.unit
    UNION ALL
    SELECT 'balance is not the sum of its postings', 'ledger_account', account.id,
           expected.total, account.balance_minor
    FROM account
    LEFT JOIN posted ON posted.account_id = account.id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN account.kind = ANY(%(summed_kinds)s) THEN 0
                    ELSE account.side * coalesce(posted.total, 0) END AS total
    ) AS expected
    WHERE account.balance_minor <> expected.total
    UNION ALL
    SELECT 'lots do not add up to the balance', 'ledger_account', account.id,
           account.balance_minor, coalesce(left_in_lots.total, 0)
    FROM account
    LEFT JOIN left_in_lots ON left_in_lots.account_id = account.id
    WHERE CASE WHEN account.kind = 'available' THEN account.balance_minor ELSE 0 END
          <> coalesce(left_in_lots.total, 0)
    UNION ALL
    SELECT 'lot has not left what its uses leave', 'lot', lot.id,
           lot.amount_minor - coalesce(used.total, 0), lot.left_minor
    FROM lot
    LEFT JOIN used ON used.lot_id = lot.id
    WHERE lot.left_minor <> lot.amount_minor - coalesce(used.total, 0)
    UNION ALL
    SELECT 'lots do not explain the posting', 'journal', coalesce(p.journal_id, l.journal_id),
           coalesce(p.total, 0), coalesce(l.total, 0)
    FROM by_postings p
    FULL JOIN by_lots l ON l.journal_id = p.journal_id AND l.account_id = p.account_id
    WHERE coalesce(p.total, 0) <> coalesce(l.total, 0)
    UNION ALL
    SELECT 'reservations hold more than the balance', 'ledger_account', account.id,
           account.balance_minor, held.total
    FROM held
    JOIN account ON account.id = held.account_id
    WHERE held.total > account.balance_minor
    UNION ALL
    SELECT 'reservation is not what its journal held', 'reservation', r.id,
           coalesce(sum(-p.amount_minor), 0), r.amount_minor
    FROM reservation r
    LEFT JOIN posting p ON p.journal_id = r.journal_id AND p.account_id = r.account_id
    GROUP BY r.id, r.amount_minor
    HAVING coalesce(sum(-p.amount_minor), 0) <> r.amount_minor
    UNION ALL
    SELECT 'reservation ends otherwise than its journals', 'reservation', id,
           CASE WHEN outcome = '' THEN 0 ELSE 1 END, ends
    FROM reservation
    WHERE ends <> CASE WHEN outcome = '' THEN 0 ELSE 1 END
) AS finding
ORDER BY place, row_id, what
