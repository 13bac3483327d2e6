"""The figures of a brand's overview: what came in over a period, from whom, beside the last."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Max, Min

from accounts.scope import current_brand_id
from config.kit import sql
from customers.models.orders import Order
from customers.rules.revenue import WEEK, Takings, by_month, by_week, total
from customers.selectors.credits import Earned, credits_by_source

# More bars than this cannot be read; a longer stretch is shown by calendar month.
MOST_WEEKS = 60


class Span(NamedTuple):
    """A choice of period: its name in links and on the page; weeks is None for everything."""

    key: str
    label: str
    weeks: int | None


SPANS = (
    Span("4w", "4 w", 4),
    Span("12w", "12 w", 12),
    Span("12m", "12 m", 52),
    Span("all", "All", None),
)
USUAL_SPAN = SPANS[1]


@dataclass(frozen=True, slots=True)
class Revenue:
    """Takings from `start` to `end` (both included), split into weeks or calendar months, and by
    source what was `earned`, refunds taken off.

    `before` is the stretch of equal length just before, None unless orders cover all of it."""

    start: date
    end: date
    takings: Takings
    spans: list[tuple[date, Takings]]
    by_month: bool
    before: Takings | None
    before_spans: list[tuple[date, Takings]] | None
    buyers: int
    first_order_on: date
    earned: dict[str, Earned]

    @property
    def length(self) -> int:
        """Days in the period."""
        return (self.end - self.start).days + 1


def span_of(key: str) -> Span:
    """The period a link asks for; the usual one for anything unknown."""
    return next((span for span in SPANS if span.key == key), USUAL_SPAN)


def revenue(*, span: Span, as_of: date) -> Revenue | None:
    """What the brand's customers paid in the period that ends on `as_of`; None without orders."""
    first_on = _first_order_on(as_of)
    if first_on is None:
        return None
    start = as_of - timedelta(days=span.weeks * WEEK - 1) if span.weeks else first_on
    before_end = start - timedelta(days=1)
    before_start = start - (as_of - start) - timedelta(days=1)
    days = _days(before_start, as_of)
    is_long = (as_of - start).days >= MOST_WEEKS * WEEK
    has_before = span.weeks is not None and first_on <= before_start
    spans = (by_month if is_long else by_week)(days, start=start, end=as_of)
    starts = [first for first, _ in spans]
    return Revenue(
        start=start,
        end=as_of,
        takings=total(days, start=start, end=as_of),
        spans=spans,
        by_month=is_long,
        before=total(days, start=before_start, end=before_end) if has_before else None,
        before_spans=by_week(days, start=before_start, end=before_end) if has_before else None,
        buyers=_buyers(start, as_of),
        first_order_on=first_on,
        earned=credits_by_source(start=start, end=as_of, span_starts=starts),
    )


def last_order_on() -> date | None:
    last: date | None = Order.objects.filter(is_counted=True).aggregate(on=Max("placed_on"))["on"]
    return last


def _first_order_on(as_of: date) -> date | None:
    first: date | None = Order.objects.filter(is_counted=True).aggregate(on=Min("placed_on"))["on"]
    return first if first is not None and first <= as_of else None


def _days(start: date, end: date) -> list[tuple[date, Takings]]:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.load("customers", "daily_revenue"),
            {"brand_id": current_brand_id(), "start": start, "end": end},
        )
        return [(day, Takings(*amounts)) for day, *amounts in cursor.fetchall()]


def _buyers(start: date, end: date) -> int:
    """How many customers ordered."""
    orders = Order.objects.filter(is_counted=True, placed_on__range=(start, end))
    return int(orders.aggregate(buyers=Count("customer", distinct=True))["buyers"])
