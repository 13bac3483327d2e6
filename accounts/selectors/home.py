"""The agency's home: its brands side by side, with figures that higher apps know how to count."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from accounts.models.brands import Brand
from accounts.scope import brands_scope

WEEKS = 12


@dataclass(frozen=True, slots=True)
class Figures:
    """A brand's last twelve weeks. Money is net, in minor units of the brand's currency.

    `weekly` is gross, oldest first; `rungs` counts customers with at least 1, 2 and 3 orders;
    `waiting` of them bought once. `is_compared` says that orders cover the twelve weeks before."""

    customers: int = 0
    revenue_minor: int = 0
    previous_minor: int = 0
    is_compared: bool = False
    weekly: Sequence[int] = (0,) * WEEKS
    rungs: Sequence[int] = (0, 0, 0)
    simulated: bool = False

    @property
    def waiting(self) -> int:
        return self.rungs[0] - self.rungs[1]


@dataclass(frozen=True, slots=True)
class Row:
    """One brand on the home page."""

    brand: Brand
    figures: Figures


# Figures by brand id. Called once, with all the brands in a read-only scope.
FiguresSource = Callable[[Sequence[Brand]], dict[int, Figures]]

_sources: list[FiguresSource] = []


def figures_from(source: FiguresSource) -> None:
    """Count the home page's figures with this; called from the wiring only."""
    _sources[:] = [source]


def home_rows(brands: Sequence[Brand]) -> list[Row]:
    """Each brand with its figures, in one query for all of them; most customers waiting first."""
    if not brands:
        return []
    with brands_scope(brand.pk for brand in brands):
        known = _sources[0](brands)
    rows = [Row(brand, known.get(brand.pk, Figures())) for brand in brands]
    return sorted(rows, key=lambda row: (-row.figures.waiting, row.brand.name))
