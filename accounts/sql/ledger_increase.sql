-- Journals under their keys, with all their postings, where every balance only grows. What stands
-- under its key already is left as it is. Answers the new journals.
--
-- A missing account is made, and one that somebody else makes at this moment is waited for, by the
-- same insert that adds to the balance; those whose balance is summed are not touched: everybody
-- posts to them. Locks are taken in the order of the ids, like anywhere.
--
-- brand_id, actor_kind, actor_id; for each journal keys, kinds, cause_kinds, cause_ids, terms,
-- hashes, reasons and ats; for each side of a transfer side_keys (its journal), owner_kinds,
-- owner_ids, account_kinds, units and amounts (debits are positive); debit_kinds, summed_kinds.
WITH journal AS (
    INSERT INTO accounts_journal
        (brand_id, key, kind, cause_kind, cause_id, terms_hash, content_hash, reason,
         actor_kind, actor_id, at)
    SELECT %(brand_id)s::bigint, entry.key, entry.kind, entry.cause_kind, entry.cause_id,
           entry.terms_hash, entry.content_hash, entry.reason, %(actor_kind)s::text,
           %(actor_id)s::bigint,
           entry.at
    FROM unnest(%(keys)s::text[], %(kinds)s::text[], %(cause_kinds)s::text[],
                %(cause_ids)s::bigint[], %(terms)s::text[], %(hashes)s::bytea[],
                %(reasons)s::text[], %(ats)s::timestamptz[])
        AS entry (key, kind, cause_kind, cause_id, terms_hash, content_hash, reason, at)
    ORDER BY entry.key
    ON CONFLICT (brand_id, key) DO NOTHING
    RETURNING id, brand_id, key, kind, cause_kind, cause_id, terms_hash, content_hash, reason,
              actor_kind, actor_id, at, recorded_at
),
side AS MATERIALIZED (
    SELECT j.id AS journal_id, s.owner_kind, s.owner_id, s.kind, s.unit, s.amount, s.place
    FROM unnest(%(side_keys)s::text[], %(owner_kinds)s::text[], %(owner_ids)s::bigint[],
                %(account_kinds)s::text[], %(units)s::text[], %(amounts)s::bigint[])
        WITH ORDINALITY AS s (key, owner_kind, owner_id, kind, unit, amount, place)
    JOIN journal AS j ON j.key = s.key
),
wanted AS MATERIALIZED (
    SELECT s.owner_kind, s.owner_id, s.kind, s.unit,
           s.kind = ANY(%(summed_kinds)s::text[]) AS is_summed,
           sum(s.amount * CASE WHEN s.kind = ANY(%(debit_kinds)s::text[]) THEN 1 ELSE -1 END)::bigint
               AS change
    FROM side AS s
    GROUP BY s.owner_kind, s.owner_id, s.kind, s.unit
),
known AS MATERIALIZED (
    SELECT a.id, w.owner_kind, w.owner_id, w.kind, w.unit, w.is_summed
    FROM wanted AS w
    JOIN accounts_ledgeraccount AS a USING (owner_kind, owner_id, kind, unit)
    WHERE a.brand_id = %(brand_id)s
),
grown AS (
    INSERT INTO accounts_ledgeraccount AS a
        (brand_id, owner_kind, owner_id, kind, unit, balance_minor)
    SELECT %(brand_id)s::bigint, w.owner_kind, w.owner_id, w.kind, w.unit,
           CASE WHEN w.is_summed THEN 0 ELSE w.change END
    FROM wanted AS w
    LEFT JOIN known AS k USING (owner_kind, owner_id, kind, unit)
    WHERE k.id IS NULL OR NOT w.is_summed
    ORDER BY k.id, w.owner_kind, w.owner_id, w.kind, w.unit
    ON CONFLICT (brand_id, owner_kind, owner_id, kind, unit)
        DO UPDATE SET balance_minor = a.balance_minor + excluded.balance_minor
    RETURNING a.id, a.owner_kind, a.owner_id, a.kind, a.unit
),
account AS (
    SELECT id, owner_kind, owner_id, kind, unit FROM grown
    UNION ALL
    SELECT id, owner_kind, owner_id, kind, unit FROM known WHERE is_summed
),
posted AS (
    INSERT INTO accounts_posting (brand_id, journal_id, account_id, amount_minor, unit)
    SELECT %(brand_id)s::bigint, s.journal_id, a.id, s.amount, s.unit
    FROM side AS s
    JOIN account AS a USING (owner_kind, owner_id, kind, unit)
    ORDER BY s.place
)
SELECT id, brand_id, key, kind, cause_kind, cause_id, terms_hash, content_hash, reason, actor_kind,
       actor_id, at, recorded_at
FROM journal
