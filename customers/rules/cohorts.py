"""Retention by cohort: of those who first bought in a month, who ordered again in which month."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from customers.rules.months import months_between


@dataclass(frozen=True, slots=True)
class Cell:
    """Customers of a cohort who ordered in one month; `complete` once that month has ended."""

    customers: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Cohort:
    """Everybody whose first order was in `month` (its first day). `months[0]` is that month."""

    month: date
    months: tuple[Cell, ...]

    @property
    def size(self) -> int:
        return self.months[0].customers

    def share(self, number: int) -> float:
        return self.months[number].customers / self.size


def build(counts: Iterable[tuple[date, int, int]], *, closed_through: date) -> list[Cohort]:
    """Cohorts in order from (first month, months later, customers).

    `closed_through` is the last day that is over; the month it falls short of is shown as open,
    later ones not at all."""
    by_cohort: dict[date, dict[int, int]] = defaultdict(dict)
    for month, number, customers in counts:
        by_cohort[month][number] = customers
    # The day after the last closed one is in the month that is open, were it only for a moment.
    open_month = closed_through + timedelta(days=1)
    cohorts = []
    for month, row in sorted(by_cohort.items()):
        known = months_between(month, open_month)
        has_begun = open_month.day > 1
        last = max(known if has_begun else known - 1, *row)
        cells = (Cell(row.get(number, 0), number < known) for number in range(last + 1))
        cohorts.append(Cohort(month, tuple(cells)))
    return cohorts
