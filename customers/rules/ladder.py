"""The repurchase ladder: how many customers reach each order, how soon, and who still may.

Many have simply not had the time yet. Counting only those who climbed would call the newest
customers lost, so conversion is also estimated as Kaplan and Meier do (JASA 53, 1958)."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from customers.rules.intervals import Z

HORIZONS = (30, 60, 90, 180, 365)


@dataclass(frozen=True, slots=True)
class Climb:
    """Customers on a rung: `climbed` placed the next order after `days`; `waiting` had been
    waiting for `days` when the as-of day came."""

    rung: int
    days: int
    climbed: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """Share that places the next order within so many days, with its 95 % interval.

    `share` is None where nobody has been observed for that long."""

    within_days: int
    share: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: `reached` customers placed at least `number` orders."""

    number: int
    reached: int
    climbed: int
    median_days: float | None
    conversions: tuple[Conversion, ...]

    @property
    def waiting(self) -> int:
        return self.reached - self.climbed

    @property
    def step_rate(self) -> float | None:
        """The plain share that has climbed so far; understates while people are waiting."""
        return self.climbed / self.reached if self.reached else None


def build(climbs: Iterable[Climb], *, rungs: int) -> list[Rung]:
    """The rungs 1 to `rungs`, ending before the first that nobody reached.

    `median_days` is the gap to the next order among those who climbed."""
    by_rung: dict[int, list[Climb]] = defaultdict(list)
    for climb in climbs:
        by_rung[climb.rung].append(climb)
    ladder = []
    for number in range(1, rungs + 1):
        rows = sorted(by_rung[number], key=lambda row: row.days)
        climbed = sum(row.climbed for row in rows)
        reached = climbed + sum(row.waiting for row in rows)
        if not reached:
            break
        ladder.append(Rung(number, reached, climbed, _median(rows), conversions(rows)))
    return ladder


def conversions(rows: Iterable[Climb]) -> tuple[Conversion, ...]:
    """Kaplan-Meier conversion of one rung at each horizon.

    The interval is Greenwood's variance on the log(-log) scale, which stays within 0 and 1."""
    curve = _survival(rows)
    return tuple(_conversion(curve, horizon) for horizon in HORIZONS)


@dataclass(frozen=True, slots=True)
class _Point:
    days: int
    waiting_share: float
    variance_sum: float


def _survival(rows: Iterable[Climb]) -> list[_Point]:
    """The share still without the next order after each observed day.

    Who was last seen on a day counts as at risk on that day."""
    by_day: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        by_day[row.days][0] += row.climbed
        by_day[row.days][1] += row.waiting
    at_risk = sum(climbed + waiting for climbed, waiting in by_day.values())
    share, variance_sum = 1.0, 0.0
    points = []
    for days, (climbed, waiting) in sorted(by_day.items()):
        share *= 1 - climbed / at_risk
        if climbed < at_risk:
            variance_sum += climbed / (at_risk * (at_risk - climbed))
        points.append(_Point(days, share, variance_sum))
        at_risk -= climbed + waiting
    return points


def _conversion(curve: list[_Point], horizon: int) -> Conversion:
    if not curve or (curve[-1].days < horizon and curve[-1].waiting_share > 0):
        return Conversion(horizon, None)
    point = max(
        (point for point in curve if point.days <= horizon),
        key=lambda point: point.days,
        default=_Point(0, 1.0, 0.0),
    )
    share = point.waiting_share
    if not 0 < share < 1:
        return Conversion(horizon, 1 - share)
    spread = Z * math.sqrt(point.variance_sum) / math.log(share)
    return Conversion(
        horizon, 1 - share, 1 - share ** math.exp(spread), 1 - share ** math.exp(-spread)
    )


def _median(rows: list[Climb]) -> float | None:
    """The median of the days of those who climbed; rows come in order of days."""
    total = sum(row.climbed for row in rows)
    if not total:
        return None
    return (_at(rows, (total - 1) // 2) + _at(rows, total // 2)) / 2


def _at(rows: list[Climb], position: int) -> int:
    seen = 0
    for row in rows:
        seen += row.climbed
        if position < seen:
            return row.days
    raise IndexError(position)


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `11th`."""
    if number % 100 in {11, 12, 13}:
        return f"{number}th"
    endings = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{endings.get(number % 10, 'th')}"


def standing(orders: int) -> str:
    """Where somebody with so many orders stands: `1st to 2nd order`."""
    return f"{ordinal(orders)} to {ordinal(orders + 1)} order" if orders else "No order yet"
