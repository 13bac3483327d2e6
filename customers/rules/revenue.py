"""Revenue over time: days added up into weeks or months, and into one period beside the last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

WEEK = 7


@dataclass(frozen=True, slots=True)
class Takings:
    """Minor units of one span: first orders, repeat orders, orders nobody could be tied to, and
    what was given back."""

    first: int = 0
    repeat: int = 0
    guest: int = 0
    refunded: int = 0
    simulated: bool = False

    @property
    def gross(self) -> int:
        return self.first + self.repeat + self.guest

    @property
    def net(self) -> int:
        return self.gross - self.refunded

    @property
    def repeat_share(self) -> float | None:
        """Of what known customers paid, the share of second and later orders."""
        known = self.first + self.repeat
        return self.repeat / known if known else None

    def __add__(self, other: "Takings") -> "Takings":
        return Takings(
            self.first + other.first,
            self.repeat + other.repeat,
            self.guest + other.guest,
            self.refunded + other.refunded,
            self.simulated or other.simulated,
        )


Days = Iterable[tuple[date, Takings]]


def total(days: Days, *, start: date, end: date) -> Takings:
    """All takings from `start` to `end`, both included."""
    return sum((takings for day, takings in days if start <= day <= end), Takings())


def by_week(days: Days, *, start: date, end: date) -> list[tuple[date, Takings]]:
    """Spans of seven days, the last of which ends on `end`; the first may begin before `start`."""
    count = ((end - start).days + WEEK) // WEEK
    first = end - timedelta(days=count * WEEK - 1)
    spans = [Takings()] * count
    for day, takings in days:
        if start <= day <= end:
            at = (day - first).days // WEEK
            spans[at] += takings
    return [(first + timedelta(days=at * WEEK), span) for at, span in enumerate(spans)]


def by_month(days: Days, *, start: date, end: date) -> list[tuple[date, Takings]]:
    """Calendar months, each named by its first day."""
    spans: dict[date, Takings] = {}
    month = start.replace(day=1)
    while month <= end:
        spans[month] = Takings()
        month = (month + timedelta(days=31)).replace(day=1)
    for day, takings in days:
        if start <= day <= end:
            spans[day.replace(day=1)] += takings
    return list(spans.items())
