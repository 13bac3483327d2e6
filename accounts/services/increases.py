"""Journals that only let balances grow: nothing can refuse them and no lot is touched, so that
there is nothing to look at first. Each is whole in the one statement that writes all of them."""

from collections.abc import Collection, Iterable, Sequence

from django.db import connection

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
    with connection.cursor() as cursor:
        cursor.execute(
            sql.load("accounts", "ledger_increase"),
            {
                **columns_of([entry for entry, _ in first.values()]),
                **dict(zip(names, map(list, zip(*sides, strict=True)), strict=True)),
                "debit_kinds": [kind.value for kind in DEBIT_KINDS],
                "summed_kinds": [kind.value for kind in SUMMED_KINDS],
            },
        )
        assert cursor.description is not None
        fields = [column.name for column in cursor.description]
        made = [
            sql.partly(Journal, **dict(zip(fields, row, strict=True))) for row in cursor.fetchall()
        ]
    return pages_of([entry for entry, _ in wanted], made)


def _grows(ref: AccountRef, sign: int) -> bool:
    if ref.kind in SUMMED_KINDS:
        return True
    return ref.kind != AccountKind.AVAILABLE and on_own_side(ref.kind, sign) > 0
