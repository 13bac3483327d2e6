"""What was spent on winning and keeping customers."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from customers.models.credits import Spend
from customers.rules.months import last_months

MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class SpentMonth:
    """Minor units of a calendar month, named by its first day."""

    month: date
    acquisition: int
    retention: int


def spend_lines(*, start: date | None = None, end: date | None = None) -> QuerySet[Spend]:
    """Newest months first; `start` and `end` are first days of months, both included."""
    rows: QuerySet[Spend] = Spend.objects.order_by("-month", "kind", "channel")
    if start is not None:
        rows = rows.filter(month__gte=start)
    return rows if end is None else rows.filter(month__lte=end)


def spent_by_month(*, until: date) -> list[SpentMonth]:
    """The twelve calendar months up to the one of `until`."""
    months = last_months(until, MONTHS_SHOWN)
    sums: dict[tuple[date, str], int] = {}
    rows = Spend.objects.filter(month__range=(months[0], months[-1]))
    for month, kind, minor in rows.values_list("month", "kind", "amount_minor"):
        sums[month, kind] = sums.get((month, kind), 0) + minor
    return [
        SpentMonth(
            month,
            sums.get((month, Spend.Kind.ACQUISITION), 0),
            sums.get((month, Spend.Kind.RETENTION), 0),
        )
        for month in months
    ]
