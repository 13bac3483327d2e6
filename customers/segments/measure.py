"""What rules that count share: a comparison with one number or two, and a window of time."""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

from msgspec import Meta
from psycopg.sql import SQL, Composed

from customers.segments.base import (
    COMPARE_CHOICES,
    COMPARISONS,
    Compare,
    Control,
    LeafBase,
    Words,
    days,
)
from customers.segments.binder import Binder
from customers.segments.phrases import Phrase

Amount = Annotated[int, Meta(ge=-(10**15), le=10**15)]
Days = Annotated[int, Meta(ge=1, le=36_500)]
Period = Literal[
    "this_month", "last_month", "this_quarter", "last_quarter", "this_year", "last_year"
]
MONTHS = {"month": 1, "quarter": 3, "year": 12}
PERIODS = tuple(
    (f"{which}_{unit}", f"{which} {unit}") for unit in MONTHS for which in ("this", "last")
)

COMPARE_CONTROL = Control("op", "Comparison", "choice", choices=COMPARE_CHOICES, start="at_least")
WINDOW_CONTROLS = (
    Control("days", "Days", "number", before="in the last", after="days", optional=True),
    Control("period", "Calendar", "choice", choices=(("", "any time"), *PERIODS), optional=True),
    Control("since", "From", "date", before="from", optional=True),
    Control("until", "Up to", "date", before="up to", optional=True),
)

WINDOW_PHRASES = (
    Phrase("in last {days:number} days"),
    Phrase("in {period:word}"),
    Phrase("from {since:date}"),
    Phrase("up to {until:date}"),
)


class Measured(LeafBase, frozen=True, kw_only=True):
    """A figure compared with `value`, or with `value` and `to`, both included."""

    op: Compare
    value: Amount
    to: Amount | None = None

    def __post_init__(self) -> None:
        if (self.op == "between") != (self.to is not None):
            raise ValueError(
                '"between" takes "value" and "to"'
                if self.to is None
                else '"to" only fits "between"'
            )
        if self.to is not None and self.to < self.value:
            raise ValueError('"to" cannot be less than "value"')

    @property
    def is_above_zero(self) -> bool:
        """Whether a figure of 0 fails the comparison from below."""
        return self.op != "at_most" and self.value > 0

    def holds_for(self, figure: Composed, binder: Binder) -> Composed:
        """`figure >= value`, as the comparison says."""
        low = binder.bind(self.value, "bigint")
        if self.to is not None:
            high = binder.bind(self.to, "bigint")
            return SQL("{} BETWEEN {} AND {}").format(figure, low, high)
        return SQL("{} " + COMPARISONS[self.op][0] + " {}").format(figure, low)

    def holds_since(self, day: Composed, binder: Binder) -> Composed:
        """The comparison of the days that went by since `day` (as the histories count them)."""
        latest, earliest = _ago(binder, self.value), _ago(binder, self.to or self.value)
        if self.to is not None:
            return SQL("{} BETWEEN {} AND {}").format(day, earliest, latest)
        # n days ago or more is that day or earlier: the comparison turns round.
        sign = {"at_least": SQL("<="), "at_most": SQL(">=")}.get(self.op, SQL("="))
        return SQL("{} {} {}").format(day, sign, latest)

    def flips_since(self, day: Composed, binder: Binder) -> Composed:
        """The next day (a date) on which `holds_since` turns, NULL when it has turned for good."""
        turns = [self.value] if self.op != "at_most" else []
        turns += [] if self.op == "at_least" else [(self.to or self.value) + 1]
        today = binder.day(binder.as_of)
        days_to_come = [
            SQL("CASE WHEN {0} + {1} > {2} THEN {0} + {1} END").format(
                day, binder.bind(turn, "integer"), today
            )
            for turn in turns
        ]
        return as_date(SQL("LEAST({})").format(SQL(", ").join(days_to_come)))

    def comparison(self, shown: Callable[[int], str]) -> str:
        """`at least 2`, `between 2 and 5`."""
        words = f"{COMPARISONS[self.op][1]} {shown(self.value)}"
        return words if self.to is None else f"{words} and {shown(self.to)}"

    def in_short(self, shown: Callable[[int], str]) -> tuple[str, str]:
        """The same in two parts, for an explanation."""
        to = "" if self.to is None else f" and {shown(self.to)}"
        return COMPARISONS[self.op][1], shown(self.value) + to


@dataclass(frozen=True, slots=True)
class Span:
    """Days, the first and the last included; None: no bound on that side."""

    first: date | None = None
    last: date | None = None


class Windowed(Measured, frozen=True, kw_only=True):
    """A figure of some days. `days` looks back from the as-of day, which counts as the first;
    `period` is one of the calendar around that day; `since` and `until` are days, both included.
    At most one of the three; none of them is all time."""

    days: Days | None = None
    period: Period | None = None
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        between = self.since is not None or self.until is not None
        if sum((self.days is not None, self.period is not None, between)) > 1:
            raise ValueError('give one of "days", "period", and "since" with "until"')
        if self.since and self.until and self.until < self.since:
            raise ValueError('"until" cannot lie before "since"')

    @property
    def is_all_time(self) -> bool:
        return not (self.days or self.period or self.since or self.until)

    def span(self, binder: Binder) -> Span:
        """The days that count; of a past as-of day, none after it."""
        found = self._span(binder.as_of)
        if not binder.is_past:
            return found
        last = min(found.last or binder.as_of, binder.as_of)
        # A window that had not begun by then is empty, not backwards.
        return Span(found.first and min(found.first, last + timedelta(days=1)), last)

    def _span(self, as_of: date) -> Span:
        if self.days:
            return Span(as_of - timedelta(days=self.days - 1), as_of)
        if self.period:
            which, _, unit = self.period.partition("_")
            return _calendar(as_of, MONTHS[unit], back=which == "last")
        return Span(self.since, self.until)

    def moves_on(self, binder: Binder) -> date | None:
        """The next day on which a calendar window is another one."""
        if not self.period:
            return None
        months = MONTHS[self.period.partition("_")[2]]
        last = _calendar(binder.as_of, months, back=False).last
        return last and last + timedelta(days=1)

    def when(self, words: Words) -> str:
        """` in the last 30 days`; "" for all time."""
        if self.days:
            return f" in the last {days(self.days)}"
        if self.period:
            return f" {self.period.replace('_', ' ')}"
        since = f" from {words.day(self.since)}" if self.since else ""
        return since + (f" up to {words.day(self.until)}" if self.until else "")


def as_date(day: Composed) -> Composed:
    """A day as the histories count it, as a date."""
    return SQL("(DATE '1970-01-01' + {})").format(day)


def _ago(binder: Binder, count: int) -> Composed:
    return binder.day(binder.as_of - timedelta(days=count))


def _calendar(day: date, months: int, *, back: bool) -> Span:
    """The month, quarter or year that `day` lies in, or the one before."""
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    if back:
        before = first - timedelta(days=1)
        return _calendar(before, months, back=False)
    month = first.month + months - 1
    return Span(first, date(first.year, month, calendar.monthrange(first.year, month)[1]))
