"""Journals that only let balances grow: nothing can refuse them and no lot is touched, so that
there is nothing to look at first. Each is whole in the one statement that writes all of them."""

from collections.abc import Collection, Iterable, Sequence

from accounts.models.ledger import (
    DEBIT_KINDS,
    SUMMED_KINDS,
    AccountKind,
    AccountRef,
    Journal,
    on_own_side,
)
from accounts.services.journals import Entry, Leg, Page, columns_of, pages_of
from config.kit import sql

# Of a journal, as ledger_increase.sql answers them.
_COLUMNS = (
    *("id", "brand_id", "key", "kind", "cause_kind", "cause_id", "terms_hash", "content_hash"),
    *("reason", "actor_kind", "actor_id", "at", "recorded_at"),
)
Increase = tuple[Entry, Sequence[Leg]]


def only_increase(legs: Iterable[Leg]) -> bool:
    return all(_grows(leg.debit, 1) and _grows(leg.credit, -1) for leg in legs)


def write_increases(wanted: Collection[Increase]) -> list[Page]:
    """A page for each, in their order. Raises Conflict when a key was used for something else;
    then those of the others that are new have been written."""
    first: dict[str, Increase] = {}
    for entry, legs in wanted:
        first.setdefault(entry.key, (entry, legs))
    sides = [
        (entry.key, ref.owner.kind, ref.owner.id, str(ref.kind), ref.unit, sign * leg.amount_minor)
        for entry, legs in first.values()
        for leg in legs
        for ref, sign in ((leg.debit, 1), (leg.credit, -1))
    ]
    names = ("side_keys", "owner_kinds", "owner_ids", "account_kinds", "units", "amounts")
    made = sql.rows_of(
        sql.load("accounts", "ledger_increase"),
        {
            **columns_of([entry for entry, _ in first.values()]),
            **dict(zip(names, map(list, zip(*sides, strict=True)), strict=True)),
            "debit_kinds": [kind.value for kind in DEBIT_KINDS],
            "summed_kinds": [kind.value for kind in SUMMED_KINDS],
        },
    )
    journals = [sql.partly(Journal, **dict(zip(_COLUMNS, row, strict=True))) for row in made]
    return pages_of([entry for entry, _ in wanted], journals)


def _grows(ref: AccountRef, sign: int) -> bool:
    if ref.kind in SUMMED_KINDS:
        return True
    return ref.kind != AccountKind.AVAILABLE and on_own_side(ref.kind, sign) > 0
