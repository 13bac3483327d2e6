"""Payouts: agreed statements become one file for the bank, and are paid once somebody says so."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max

from accounts.scope import current_actor, current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.csvs import BOM, csv_lines
from config.kit.errors import Conflict
from config.kit.money import to_decimal
from config.kit.sealed import seal
from partners.events import PayoutConfirmed, PayoutExported
from partners.models.settlements import Payout, PayoutBatch, Statement
from partners.rules.bank import BankAccount
from partners.selectors.payouts import SEALED_FOR, LeftOut, payouts_in, with_accounts
from partners.selectors.statements import parties_of, payable, public_id
from partners.services.statements import lock_partnership, settle

# The layout of the file: one payment in each row, the amount in major units with a point.
COLUMNS = (
    *("payout", "payment", "reference", "holder", "iban", "sort_code", "account_number"),
    *("amount", "currency"),
)
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(format('payouts:%%s', %s), 0))"


@dataclass(frozen=True, slots=True)
class Exported:
    """The batch, and which statements could not go into it."""

    batch: PayoutBatch
    left_out: Sequence[LeftOut]


def export_payout(statements: Iterable[Statement]) -> Exported:
    """One batch of these agreed statements with something to pay; each is in one batch, ever.
    What has no usable bank details is left out. Raises Conflict when nothing can be paid."""
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


def confirm_payout(batch: PayoutBatch) -> None:
    """The bank has paid: its statements and their lines are paid. Raises Conflict the second
    time."""
    with transaction.atomic():
        confirmed = PayoutBatch.objects.filter(pk=batch.pk, confirmed_at=None).update(
            confirmed_at=now(), confirmed_by_id=current_actor().id
        )
        if not confirmed:
            raise Conflict("This payout was confirmed before.", code="confirmed")
        partnerships = payouts_in(batch).values_list("statement__partnership", flat=True)
        lock_partnership(*partnerships)
        for payout in payouts_in(batch):
            settle(payout.statement)
            payout.statement.save()
        record(PayoutConfirmed(subject_id=batch.pk))
    batch.refresh_from_db()


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
