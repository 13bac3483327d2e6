"""Statements: issued once over what is due, then disputed or agreed to, and settled at last.

Whatever is done to the statements of a partnership is done one after the other, under its row."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import msgspec
from django.db import connection, transaction
from django.db.models import Sum

from accounts.models.brands import Brand
from accounts.models.ledger import Cause
from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit import sql
from config.kit.clock import day_start, now
from config.kit.errors import Conflict, Invalid, naming
from config.kit.text import clean_text
from partners.events import (
    StatementAgreed,
    StatementDisputed,
    StatementIssued,
    StatementSettled,
)
from partners.models.partnerships import Partnership
from partners.models.settlements import CommissionLine, Payout, Statement
from partners.rules.statements import AgreedCorrection, Parties
from partners.rules.terms import PartnershipTerms
from partners.selectors.partnerships import terms_of
from partners.selectors.statements import (
    chain_of,
    hash_of_csv,
    lines_in,
    monthly_due,
    settling_day,
)
from partners.services.bookings import book_returned, book_settled, book_written_off
from partners.services.commissions import add_correction, clear_due
from partners.services.running import reopen_settled

State = Statement.State
_MAX_NOTE = 2_000


def issue_statement(partnership: Partnership, *, until: date) -> Statement:
    """A statement over all lines that became due until that day of the brand's, frozen with the
    hash of its CSV. It begins with the totals of those before that are too small to be paid out,
    or negative.

    Raises Conflict when nothing is due, Invalid for a day to come or before the last one's."""
    with transaction.atomic():
        lock_partnership(partnership.pk)
        terms = terms_of(partnership)
        last = Statement.objects.filter(partnership=partnership).order_by("number").last()
        _check_day(until, last)
        clear_due(limit=None, partnership=partnership)
        at = now()
        statement = Statement.objects.create(
            partnership=partnership,
            number=last.number + 1 if last else 1,
            since=min(last.until + timedelta(days=1), until) if last else None,
            until=until,
            earned_minor=0,
            owed_minor=0,
            total_minor=0,
            lines_count=0,
            parties=msgspec.to_builtins(_parties(partnership)),
            issued_at=at,
            dispute_until=at + timedelta(days=terms.dispute_days),
        )
        _claim_lines(statement)
        _carry(statement, terms)
        _freeze(statement)
        record(StatementIssued(subject_id=statement.pk, partnership_id=partnership.pk))
    return statement


def issue_monthly(*, limit: int = 1) -> int:
    """Statements until the end of last month, where the terms say so; how many were issued."""
    until, partnerships = monthly_due()
    issued = 0
    for partnership in partnerships[:limit]:
        issue_statement(partnership, until=until)
        issued += 1
    return issued


def agree(statement: Statement) -> None:
    """The partner has no objection. Where nothing is left to pay, that ends it. Raises Conflict."""
    with changing(statement) as row:
        if row.state != State.ISSUED:
            raise _moved_on()
        set_agreed(row)


def agree_due(*, limit: int = 100) -> int:
    """Whoever did not dispute in time has agreed, unless they are banned: they cannot see it. How
    many statements that were."""
    over = Statement.objects.filter(state=State.ISSUED, dispute_until__lte=now())
    over = over.exclude(partnership__state=Partnership.State.BANNED)
    found = list(over.order_by("dispute_until", "pk")[:limit])
    # In the order of their locks.
    for statement in sorted(found, key=lambda each: (each.partnership_id, each.pk)):
        with changing(statement) as row:
            if row.state == State.ISSUED:
                set_agreed(row)
    return len(found)


def dispute(statement: Statement, *, note: str, line_ids: Collection[int] = ()) -> None:
    """The partner objects: to these lines, or to the whole of it. Raises Conflict once it was
    agreed to or the time for that is over, Invalid."""
    with naming("note"):
        words = clean_text(note, max_length=_MAX_NOTE, multiline=True)
    if not words:
        raise Invalid.at("note", "Please say what is wrong.")
    with changing(statement) as row:
        if row.dispute_until <= now():
            raise Conflict("The time to dispute this statement is over.", code="too_late")
        named = lines_in(row).filter(pk__in=line_ids).values_list("pk", flat=True)
        if len(named) < len(set(line_ids)):
            raise Invalid.at("lines", "One of these lines is not in this statement.")
        _move(row, State.DISPUTED)
        row.disputed_at = now()
        row.dispute_note = words
        row.disputed_lines = sorted(named)
        record(StatementDisputed(subject_id=row.pk))


def resolve(statement: Statement, *, answer: str, correction_minor: int = 0) -> None:
    """The brand answers a dispute. What it was wrong by comes into the next statement as a line of
    its own (positive: for the partner); this one stands as it is, agreed. Raises Conflict."""
    with naming("answer"):
        words = clean_text(answer, max_length=_MAX_NOTE, multiline=True)
    if not words:
        raise Invalid.at("answer", "Please answer what the partner wrote.")
    with changing(statement) as row:
        if row.state != State.DISPUTED:
            raise Conflict("This statement is not disputed.", code="state")
        row.dispute_answer = words
        if correction_minor:
            add_correction(
                row.partnership,
                cause=Cause("dispute", row.pk),
                amount_minor=correction_minor,
                rule=AgreedCorrection(statement=row.number, answer=words),
                words=f"Correction of statement {row.number}",
                of_earned=row.earned_minor >= row.owed_minor,
            )
        set_agreed(row)


def receive_payment(statement: Statement) -> None:
    """The partner has paid what they owe by an agreed statement. Raises Conflict."""
    with changing(statement) as row:
        if row.state != State.AGREED or row.total_minor >= 0:
            raise Conflict("Nothing is owed by this statement.", code="state")
        _end(row)


def settle(statement: Statement, *, reference: str = "") -> None:
    """It is paid, with all that was carried into it; `statement` is locked, and saved by the
    caller. `reference` is what the other side's books call it."""
    statement.paid_at = now()
    close(statement, reference=reference)


def close(statement: Statement, *, reference: str = "", written_off: str = "") -> None:
    """Nothing of it is open any more: it was paid, or is `written_off` for that reason. It is
    locked, and saved by the caller."""
    _move(statement, State.WRITTEN_OFF if written_off else State.PAID)
    rows = CommissionLine.objects.filter(statement__in=chain_of(statement))
    sums = rows.filter(amount_minor__gt=0).aggregate(total=Sum("amount_minor", default=0))
    earned = int(sums["total"])
    rows.filter(state=CommissionLine.State.STATED).update(state=CommissionLine.State.PAID)
    owed = earned - statement.total_minor
    if written_off:
        book_written_off(statement, earned_minor=earned, owed_minor=owed, reason=written_off)
    else:
        book_settled(statement, earned_minor=earned, owed_minor=owed, reference=reference)


def unsettle(statement: Statement, *, turn: int) -> None:
    """What was paid by it came back from the bank: it is to be paid again, with all that was
    carried into it. It is locked, and saved by the caller; `turn` is the payment that failed."""
    _move(statement, State.AGREED)
    statement.paid_at = None
    rows = CommissionLine.objects.filter(statement__in=chain_of(statement))
    offers = rows.exclude(offer=None).order_by().values_list("offer", flat=True).distinct()
    reopen_settled(offers)
    rows.filter(state=CommissionLine.State.PAID).update(state=CommissionLine.State.STATED)
    book_returned(statement, turn=turn)


def set_agreed(row: Statement) -> None:
    """Nobody objects to it; it is locked, and saved by the caller."""
    _move(row, State.AGREED)
    row.agreed_at = now()
    record(StatementAgreed(subject_id=row.pk))
    if not row.total_minor:
        _end(row)


@contextmanager
def changing(statement: Statement) -> Iterator[Statement]:
    """Its row as it is now, with its partnership locked; what is done to it is saved at the end,
    and shown by the caller's object."""
    with transaction.atomic():
        lock_partnership(statement.partnership_id)
        row = Statement.objects.select_related("partnership").get(pk=statement.pk)
        yield row
        row.save()
    statement.refresh_from_db()


def lock_partnership(*partnership_ids: int) -> None:
    """In id order, until the transaction ends."""
    rows = Partnership.objects.select_for_update(no_key=True, of=("self",))
    list(rows.filter(pk__in=partnership_ids).order_by("pk").values_list("pk", flat=True))


def _check_day(until: date, last: Statement | None) -> None:
    if until > settling_day():
        raise Invalid.at("until", "Choose a day that has begun.")
    if last is not None and until < last.until:
        raise Invalid.at("until", "The last statement goes further than this day.")


def _parties(partnership: Partnership) -> Parties:
    brand = Brand.objects.get(pk=current_brand_id())
    return Parties(
        brand=brand.name,
        brand_address=brand.postal_address,
        partner=partnership.name,
        partner_address=partnership.address,
        currency=brand.currency,
        zone=brand.time_zone,
    )


def _claim_lines(statement: Statement) -> None:
    end = day_start(statement.until + timedelta(days=1), statement.parties["zone"])
    with connection.cursor() as cursor:
        cursor.execute(
            sql.load("partners", "statement_claim"),
            {"brand_id": current_brand_id(), "statement_id": statement.pk, "end": end},
        )
        count, earned, owed = cursor.fetchone()
    if not count:
        raise Conflict("Nothing has become due until this day.", code="nothing_due")
    statement.lines_count, statement.earned_minor, statement.owed_minor = count, earned, owed


def _carry(statement: Statement, terms: PartnershipTerms) -> None:
    """Agreed ones that are too small to be paid out, or negative, go on in this one."""
    small = Statement.objects.filter(
        partnership=statement.partnership_id,
        state=State.AGREED,
        total_minor__lt=max(terms.smallest_payout, 1),
        decided_at=None,
    ).exclude(pk__in=Payout.objects.filter(failed_at=None).values("statement"))
    found = dict(small.values_list("pk", "total_minor"))
    Statement.objects.filter(pk__in=found).update(state=State.CARRIED, carried_into=statement)
    statement.opening_minor = sum(found.values())


def _freeze(statement: Statement) -> None:
    statement.total_minor = statement.opening_minor + statement.earned_minor - statement.owed_minor
    statement.content_hash = hash_of_csv(statement)
    statement.save()


def _end(row: Statement) -> None:
    settle(row)
    record(StatementSettled(subject_id=row.pk))


def _move(row: Statement, to: State) -> None:
    if to not in Statement.TRANSITIONS[State(row.state)]:
        raise _moved_on()
    row.state = to


def _moved_on() -> Conflict:
    return Conflict("This statement has moved on meanwhile; look at it again.", code="state")
