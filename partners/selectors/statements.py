"""Statements: their files, byte by byte, and which there are."""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from config.kit import ids, sql
from config.kit.clock import day_in, day_start
from config.kit.csvs import csv_lines
from partners.models.partnerships import Partnership, PartnershipTerms
from partners.models.settlements import CommissionLine, Payout, Statement
from partners.rules.statements import Head, Line, Parties, statement_rows
from partners.selectors.names import OFFER, STATEMENT

State = Statement.State
_TOGETHER = 2_000


def public_id(statement: Statement) -> str:
    """`stm_...`"""
    return ids.encode(STATEMENT, statement.uid)


def parties_of(statement: Statement) -> Parties:
    """Names and addresses as they were when it was issued."""
    return msgspec.convert(statement.parties, Parties)


def csv_of(statement: Statement) -> Iterator[str]:
    """Its CSV, a piece at a time, inside the open scope: the same bytes (UTF-8) at any time."""
    head = Head(
        number=statement.number,
        until=statement.until,
        opening_minor=statement.opening_minor,
        total_minor=statement.total_minor,
        parties=parties_of(statement),
    )
    return csv_lines(statement_rows(head, _lines(statement.pk)))


def hash_of_csv(statement: Statement) -> str:
    """SHA-256 of its CSV, in hex; that of the one that was issued, unless something changed it."""
    digest = hashlib.sha256()
    for piece in csv_of(statement):
        digest.update(piece.encode())
    return digest.hexdigest()


def lines_in(statement: Statement) -> QuerySet[CommissionLine]:
    """In the order of its files."""
    rows = CommissionLine.objects.filter(statement=statement).select_related("offer")
    return rows.order_by("happened_at", "pk")


def part_words(line: CommissionLine) -> str:
    """What a line is for, in the language of the page."""
    if line.part.startswith("share"):
        return _("Share of what was paid")
    return {
        "flat": _("For a redemption"),
        "lead": _("For an offer taken"),
        "new_customer": _("For a new customer"),
        "known_customer": _("For a known customer"),
        "pack": _("Part of a gift pack"),
        "correction": _("Correction"),
    }.get(line.part, line.part)


def outcome_words(statement: Statement) -> str:
    """What follows from its total."""
    if statement.state == State.CARRIED:
        return _("Carried into the next statement.")
    if statement.state == State.PAID:
        return _("Settled.")
    if statement.state == State.WRITTEN_OFF:
        return _("Written off: nothing of it is owed.")
    if statement.total_minor > 0:
        return _("The brand owes this to the partner.")
    if statement.total_minor < 0:
        return _("The partner owes this to the brand.")
    return _("Neither owes the other anything.")


def chain_of(statement: Statement) -> list[int]:
    """Its id, and those of all whose totals were carried into it."""
    found = [statement.pk]
    newest = found
    while newest:
        earlier = Statement.objects.filter(carried_into__in=newest)
        newest = list(earlier.values_list("pk", flat=True))
        found += newest
    return found


def payable() -> QuerySet[Statement]:
    """Agreed, something to pay out, in no payout that stands, and not to be carried forward. Sister
    brands settle with each other, not by a bank's file; of who is banned only what somebody of the
    brand has released."""
    rows = Statement.objects.filter(
        ~Exists(Payout.objects.filter(statement=OuterRef("pk"), failed_at=None)),
        Q(decided_at__isnull=False)
        | ~Q(partnership__state=Partnership.State.BANNED)
        & Q(total_minor__gte=Coalesce(_smallest_payout(), 1)),
        partnership__sister_brand=None,
        state=State.AGREED,
        total_minor__gt=0,
    )
    return rows.select_related("partnership").order_by("pk")


def held() -> QuerySet[Statement]:
    """Open ones of banned partners, on which the brand has not decided."""
    rows = Statement.objects.filter(
        state__in=(State.ISSUED, State.DISPUTED, State.AGREED),
        partnership__state=Partnership.State.BANNED,
        decided_at=None,
    )
    return rows.select_related("partnership").order_by("pk")


def settling_day() -> date:
    """The brand's calendar day; of a sample brand too the real one, since money moves today."""
    return day_in(Brand.objects.get(pk=current_brand_id()).time_zone)


def monthly_due() -> tuple[date, QuerySet[Partnership]]:
    """The last day of the last month, by the brand's calendar, and whose statements until then
    are still to be issued by their terms."""
    brand = Brand.objects.get(pk=current_brand_id())
    last = settling_day().replace(day=1) - timedelta(days=1)
    end = day_start(last + timedelta(days=1), brand.time_zone)
    monthly = PartnershipTerms.objects.filter(
        partnership=OuterRef("pk"),
        number=F("partnership__terms_number"),
        terms__statements="monthly",
    )
    waiting = CommissionLine.objects.filter(
        partnership=OuterRef("pk"),
        state__in=(CommissionLine.State.PENDING, CommissionLine.State.DUE),
        locked_until__lt=end,
    )
    stated = Statement.objects.filter(partnership=OuterRef("pk"), until__gte=last)
    rows = Partnership.objects.filter(Exists(monthly), Exists(waiting), ~Exists(stated))
    return last, rows.order_by("pk")


def _smallest_payout() -> Subquery:
    """By the terms that hold, of the statement's partnership."""
    terms = PartnershipTerms.objects.filter(
        partnership=OuterRef("partnership"), number=OuterRef("partnership__terms_number")
    )
    return Subquery(terms.values(least=Cast(KT("terms__smallest_payout"), BigIntegerField())))


def _lines(statement_id: int) -> Iterator[Line]:
    offers: dict[UUID | None, str] = {None: ""}
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            sql.load("partners", "statement_lines"),
            {"brand_id": current_brand_id(), "statement_id": statement_id},
        )
        while rows := cursor.fetchmany(_TOGETHER):
            for at, uid, *said in rows:
                if uid not in offers:
                    offers[uid] = ids.encode(OFFER, uid)
                yield Line(at, offers[uid], *said)
