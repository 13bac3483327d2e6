"""Statements and their lines as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from config.kit.clock import now
from config.kit.paging import Page, page_of
from partners.models.partnerships import Partnership
from partners.models.settlements import CommissionLine, Payout, Statement
from partners.selectors.partnerships import public_id as partnership_id
from partners.selectors.statements import (
    lines_in,
    outcome_words,
    part_words,
    parties_of,
    public_id,
)

State = Statement.State
_ROWS = 50


@dataclass(frozen=True, slots=True)
class StatementRow:
    statement: Statement
    public_id: str
    partnership_id: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """`is_disputed`: the partner named it."""

    line: CommissionLine
    part: str
    is_disputed: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """One statement with a page of its lines, the last ones first; `failed`: its payments that did
    not arrive."""

    row: StatementRow
    parties: object
    outcome: str
    lines: Sequence[LineRow]
    older_url: str
    carried: Sequence[StatementRow]
    carried_into: StatementRow | None
    failed: Sequence[Payout]
    can_be_disputed: bool


def row_of(statement: Statement) -> StatementRow:
    partnership = partnership_id(statement.partnership)
    return StatementRow(statement, public_id(statement), partnership)


def statement_rows(rows: QuerySet[Statement], *, below: int | None) -> Page[Statement]:
    """The newest first."""
    return page_of(rows.select_related("partnership"), limit=_ROWS, after=below)


def shown(statement: Statement, *, below: int | None) -> Shown:
    page = page_of(lines_in(statement), limit=_ROWS, after=below)
    disputed = set(statement.disputed_lines)
    carried = Statement.objects.filter(carried_into=statement).select_related("partnership")
    failed = Payout.objects.filter(statement=statement).exclude(failed_at=None)
    return Shown(
        row=row_of(statement),
        parties=parties_of(statement),
        outcome=outcome_words(statement),
        lines=[LineRow(line, part_words(line), line.pk in disputed) for line in page.items],
        older_url=older_url(page),
        carried=[row_of(each) for each in carried.order_by("number")],
        carried_into=row_of(statement.carried_into) if statement.carried_into else None,
        failed=list(failed.order_by("-pk")),
        can_be_disputed=statement.state == State.ISSUED and statement.dispute_until > now(),
    )


def older_url(page: Page[CommissionLine]) -> str:
    """Of what comes behind this page; "" for nothing."""
    return f"?below={page.items[-1].pk}" if page.has_more else ""


def open_lines(partnership: Partnership, *, below: int | None) -> Page[CommissionLine]:
    """What is in no statement yet, the newest first."""
    rows = CommissionLine.objects.filter(partnership=partnership, statement=None)
    return page_of(rows.select_related("offer"), limit=_ROWS, after=below)
