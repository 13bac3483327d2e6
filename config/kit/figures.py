"""Figures: what a chart shows, as plain values a selector or view can build and a test compare.

A tone says what an area or line is about; `static/css/tokens.css` gives each its colour."""

from collections.abc import Sequence
from dataclasses import dataclass

from config.kit import formats


@dataclass(frozen=True, slots=True)
class Unit:
    """How values are written: minor units of `currency`, or plain counts when it is empty."""

    currency: str = ""
    locale: str = "en-gb"

    def full(self, value: int) -> str:
        if self.currency:
            return formats.money(value, self.currency, self.locale, whole=True)
        return formats.number(value, self.locale)

    def short(self, value: int) -> str:
        if self.currency:
            return formats.short_money(value, self.currency, self.locale)
        return formats.short_number(value, self.locale)


@dataclass(frozen=True, slots=True)
class Series:
    """One named row of values, as long as the chart has labels."""

    label: str
    values: Sequence[int]
    tone: str = "repeat"


@dataclass(frozen=True, slots=True)
class Bars:
    """Stacked bars over time; the first series stands at the bottom. `compare` is a dashed line."""

    caption: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: Unit = Unit()
    compare: Series | None = None
    period: str = "Week of"

    @property
    def totals(self) -> list[int]:
        return [sum(row.values[at] for row in self.series) for at in range(len(self.labels))]


@dataclass(frozen=True, slots=True)
class Sparkline:
    """The shape of one series, with its ends said in words."""

    caption: str
    values: Sequence[int]
    unit: Unit = Unit()
    tone: str = "repeat"
    small: bool = False


@dataclass(frozen=True, slots=True)
class Rung:
    """Customers who placed at least this many orders; the note tells how long it took."""

    label: str
    count: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Order by order: how many climb on. `mini` fits a table row."""

    rungs: Sequence[Rung]
    unit: Unit = Unit()
    tone: str = "repeat"
    mini: bool = False


@dataclass(frozen=True, slots=True)
class Cohort:
    """One row of a heat map: shares between 0 and 1, None where nothing can be said yet.

    `open_last` marks the last share as a month that has not ended."""

    label: str
    size: int
    shares: Sequence[float | None]
    open_last: bool = False


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Cohorts by month since the first order."""

    caption: str
    columns: Sequence[str]
    cohorts: Sequence[Cohort]
    row_heading: str = "Cohort"
    size_heading: str = "Buyers"
    unit: Unit = Unit()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a split."""

    label: str
    count: int
    tone: str = "repeat"


@dataclass(frozen=True, slots=True)
class Split:
    """One whole in parts; `small` leaves the legend out, for table rows."""

    caption: str
    parts: Sequence[Part]
    unit: Unit = Unit()
    small: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What was left at one step of a funnel."""

    label: str
    count: int
    tone: str = "repeat"


@dataclass(frozen=True, slots=True)
class Funnel:
    """From the first step to the last, each with its share of the first."""

    steps: Sequence[Step]
    unit: Unit = Unit()


Chart = Bars | Sparkline | Ladder | HeatMap | Split | Funnel
