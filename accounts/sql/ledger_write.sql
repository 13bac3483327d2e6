-- What journals that are open in this transaction do: postings, balances, uses of lots and new lots.
-- Their accounts are locked, so the guards only say once more what was looked at before.
-- Answers how many balances and lots were changed: fewer than asked for means that a guard held.
-- Parameters: brand_id; for each posting journal_ids, account_ids, amounts and units; for each balance
-- changed_ids and changes; for each use of a lot use_journal_ids, use_lot_ids and use_amounts; for each
-- new lot lot_journal_ids, lot_account_ids, lot_amounts, lot_ends, origin_kinds and origin_ids.
WITH posted AS (
    INSERT INTO accounts_posting (brand_id, journal_id, account_id, amount_minor, unit)
    SELECT %(brand_id)s, side.*
    FROM unnest(%(journal_ids)s::bigint[], %(account_ids)s::bigint[], %(amounts)s::bigint[],
                %(units)s::text[]) AS side
),
balance AS (
    UPDATE accounts_ledgeraccount AS account
    SET balance_minor = account.balance_minor + change.amount
    FROM unnest(%(changed_ids)s::bigint[], %(changes)s::bigint[]) AS change (id, amount)
    WHERE account.brand_id = %(brand_id)s AND account.id = change.id
      AND account.balance_minor + change.amount >= 0
    RETURNING account.id
),
used AS MATERIALIZED (
    SELECT *
    FROM unnest(%(use_journal_ids)s::bigint[], %(use_lot_ids)s::bigint[], %(use_amounts)s::bigint[])
        AS used (journal_id, lot_id, amount)
),
noted AS (
    INSERT INTO accounts_lotuse (brand_id, journal_id, lot_id, amount_minor)
    SELECT %(brand_id)s, journal_id, lot_id, amount FROM used
),
lot AS (
    UPDATE accounts_lot AS lot
    SET left_minor = lot.left_minor - taken.amount
    FROM (SELECT lot_id, sum(amount)::bigint AS amount FROM used GROUP BY lot_id) AS taken
    WHERE lot.brand_id = %(brand_id)s AND lot.id = taken.lot_id AND lot.left_minor >= taken.amount
    RETURNING lot.id
),
made AS (
    INSERT INTO accounts_lot
        (brand_id, journal_id, account_id, amount_minor, left_minor, expires_at, origin_kind,
         origin_id)
    SELECT %(brand_id)s, new.journal_id, new.account_id, new.amount, new.amount, new.expires_at,
           new.origin_kind, new.origin_id
    FROM unnest(%(lot_journal_ids)s::bigint[], %(lot_account_ids)s::bigint[],
                %(lot_amounts)s::bigint[], %(lot_ends)s::timestamptz[], %(origin_kinds)s::text[],
                %(origin_ids)s::bigint[])
        AS new (journal_id, account_id, amount, expires_at, origin_kind, origin_id)
)
SELECT (SELECT count(*) FROM balance), (SELECT count(*) FROM lot)
