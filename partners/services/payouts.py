"""Payouts: agreed statements become one file for the bank, and are paid once somebody says so; what
the bank refuses or sends back can be paid again by a later file."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max

from accounts.scope import current_actor, current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.csvs import BOM, csv_lines
from config.kit.errors import Conflict, Invalid, naming
from config.kit.money import to_decimal
from config.kit.sealed import seal
from config.kit.text import clean_text
from partners.events import PayoutConfirmed, PayoutExported, PayoutFailed
from partners.models.settlements import Payout, PayoutBatch, Statement
from partners.rules.bank import BankAccount
from partners.selectors.payouts import SEALED_FOR, LeftOut, payouts_in, with_accounts
from partners.selectors.statements import parties_of, payable, public_id
from partners.services.statements import changing, lock_partnership, settle, unsettle

# The layout of the file: one payment in each row, the amount in major units with a point.
COLUMNS = (
    *("payout", "payment", "reference", "holder", "iban", "sort_code", "account_number"),
    *("amount", "currency"),
)
_MAX_REASON = 300
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(format('payouts:%%s', %s), 0))"


@dataclass(frozen=True, slots=True)
class Exported:
    """The batch, and which statements could not go into it."""

    batch: PayoutBatch
    left_out: Sequence[LeftOut]


def export_payout(statements: Iterable[Statement]) -> Exported:
    """One batch of these agreed statements with something to pay; each is in one, unless the bank
    refuses it there. What has no usable bank details is left out. Raises Conflict when nothing can
    be paid."""
    asked = {statement.pk: statement.partnership_id for statement in statements}
    with transaction.atomic():
        lock_partnership(*asked.values())
        found = with_accounts(payable().filter(pk__in=asked))
        if not found.paid:
            reasons = "; ".join(
                f"{each.statement.partnership.name}: {each.reason}" for each in found.left_out
            )
            raise Conflict(
                f"None of these statements can be paid now. {reasons}".strip(),
                code="nothing_to_pay",
            )
        number = _next_number()
        text = "".join(csv_lines(_rows(number, found.paid))).removeprefix(BOM)
        batch = PayoutBatch.objects.create(
            number=number,
            sealed_file=seal(text, purpose=SEALED_FOR),
            file_hash=hashlib.sha256(text.encode()).hexdigest(),
            total_minor=sum(statement.total_minor for statement, _ in found.paid),
            by_id=current_actor().id,
        )
        Payout.objects.bulk_create(
            Payout(batch=batch, statement=statement, amount_minor=statement.total_minor)
            for statement, _ in found.paid
        )
        record(PayoutExported(subject_id=batch.pk))
    return Exported(batch, found.left_out)


def confirm_payout(batch: PayoutBatch, *, failed: Mapping[int, str] | None = None) -> None:
    """The bank has paid all but those that failed, now (the id of a payout, and why) or before:
    their statements and lines are paid. Raises Conflict the second time, Invalid."""
    with transaction.atomic():
        confirmed = PayoutBatch.objects.filter(pk=batch.pk, confirmed_at=None).update(
            confirmed_at=now(), confirmed_by_id=current_actor().id
        )
        if not confirmed:
            raise Conflict("This payout was confirmed before.", code="confirmed")
        partnerships = payouts_in(batch).values_list("statement__partnership", flat=True)
        lock_partnership(*partnerships)
        for payout_id, reason in (failed or {}).items():
            _fail(batch, payout_id, reason)
        for payout in payouts_in(batch).filter(failed_at=None):
            settle(payout.statement)
            payout.statement.save()
        record(PayoutConfirmed(subject_id=batch.pk))
    batch.refresh_from_db()


def fail_payments(batch: PayoutBatch, failed: Mapping[int, str]) -> None:
    """The bank refused these payments of the batch, or sent the money back although it was
    confirmed (the id of a payout, and why). Their statements can be paid by a later batch; what had
    been settled by one is taken back by a journal of its own.

    Raises Conflict for one that failed before or is not of this batch, Invalid without a reason."""
    if not failed:
        raise Invalid.at("payment", "Choose the payments that did not arrive.")
    with transaction.atomic():
        # Under the row of the batch, as confirming it is.
        row = PayoutBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
        partnerships = payouts_in(batch).values_list("statement__partnership", flat=True)
        lock_partnership(*partnerships)
        for payout_id, reason in failed.items():
            payout = _fail(row, payout_id, reason)
            if row.confirmed_at is not None:
                with changing(payout.statement) as statement:
                    unsettle(statement, turn=payout.pk)


def _fail(batch: PayoutBatch, payout_id: int, reason: str) -> Payout:
    with naming("reason"):
        why = clean_text(reason, max_length=_MAX_REASON)
    if not why:
        raise Invalid.at("reason", "Say what the bank said: the partner reads it.")
    rows = Payout.objects.filter(batch=batch, pk=payout_id, failed_at=None)
    said = {"failed_at": now(), "failed_reason": why, "failed_by_id": current_actor().id}
    if not rows.update(**said):
        raise Conflict("This payment is marked as failed already.", code="failed")
    record(PayoutFailed(subject_id=payout_id, batch_id=batch.pk))
    return payouts_in(batch).get(pk=payout_id)


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME, [current_brand_id()])
    last = PayoutBatch.objects.aggregate(last=Max("number", default=0))["last"]
    return int(last) + 1


def _rows(number: int, paid: Iterable[tuple[Statement, BankAccount]]) -> Iterable[tuple[str, ...]]:
    yield COLUMNS
    for place, (statement, account) in enumerate(paid, start=1):
        currency = parties_of(statement).currency
        yield (
            str(number),
            str(place),
            public_id(statement),
            account.holder,
            account.iban,
            account.sort_code,
            account.account_number,
            str(to_decimal(statement.total_minor, currency)),
            currency,
        )
