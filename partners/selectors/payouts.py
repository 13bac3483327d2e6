"""Payouts: what can be paid now, what cannot and why, and what was."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from config.kit import ids
from config.kit.clock import now
from config.kit.errors import Conflict, NotFound
from config.kit.sealed import Unreadable, unseal
from partners.models.partnerships import BankDetails
from partners.models.settlements import Payout, PayoutBatch, Statement
from partners.rules.bank import BankAccount
from partners.selectors.bank_details import unsealed
from partners.selectors.names import PAYOUT

SEALED_FOR = "partner payout file"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A statement that cannot be paid now, and why."""

    statement: Statement
    reason: str


@dataclass(frozen=True, slots=True)
class Payable:
    """Statements with the accounts their money goes to, and those that are left out."""

    paid: Sequence[tuple[Statement, BankAccount]]
    left_out: Sequence[LeftOut]


def public_id(batch: PayoutBatch) -> str:
    """`pay_...`"""
    return ids.encode(PAYOUT, batch.uid)


def with_accounts(statements: Iterable[Statement]) -> Payable:
    """Which of these have an account that money may be sent to."""
    rows = list(statements)
    usable = BankDetails.objects.filter(
        partnership__in={row.partnership_id for row in rows}, usable_from__lte=now()
    )
    details = {each.partnership_id: each for each in usable}
    paid: list[tuple[Statement, BankAccount]] = []
    left_out: list[LeftOut] = []
    for row in rows:
        if row.partnership_id not in details:
            left_out.append(LeftOut(row, "There are no bank details that can be used yet."))
            continue
        try:
            paid.append((row, unsealed(details[row.partnership_id])))
        except Conflict as error:
            left_out.append(LeftOut(row, error.message))
    return Payable(paid, left_out)


def batches() -> QuerySet[PayoutBatch]:
    """The newest first; `has_failed`: not all of it arrived."""
    failed = Payout.objects.filter(batch=OuterRef("pk")).exclude(failed_at=None)
    return PayoutBatch.objects.annotate(has_failed=Exists(failed)).order_by("-number")


def payouts_in(batch: PayoutBatch) -> QuerySet[Payout]:
    rows = Payout.objects.filter(batch=batch).select_related("statement__partnership")
    return rows.order_by("pk")


def did_not_arrive(batch: PayoutBatch) -> tuple[int, int]:
    """How many payments of the batch failed, and what they come to in minor units."""
    failed = Payout.objects.filter(batch=batch).exclude(failed_at=None)
    sums = failed.aggregate(count=Count("pk"), total=Sum("amount_minor", default=0))
    return sums["count"], sums["total"]


def payments_of(batch: PayoutBatch, statements: Iterable[Statement]) -> list[int]:
    """The payments of these statements in the batch, in their order: their ids. Raises NotFound for
    one that is not in it."""
    asked = [statement.pk for statement in statements]
    rows = Payout.objects.filter(batch=batch, statement__in=asked)
    found = dict(rows.values_list("statement", "pk"))
    if any(statement_id not in found for statement_id in asked):
        raise NotFound("This statement is not in this payout.")
    return [found[statement_id] for statement_id in asked]


def payout_file(batch: PayoutBatch) -> bytes:
    """The file for the bank as it was made: the same bytes whenever it is asked for. Raises
    Conflict when it cannot be read any more."""
    try:
        data = unseal(batch.sealed_file, purpose=SEALED_FOR).encode()
    except Unreadable as error:
        raise Conflict("This file cannot be read with the present SECRET_KEY.") from error
    if hashlib.sha256(data).hexdigest() != batch.file_hash:
        raise Conflict("This file is not the one that was made.")
    return data
