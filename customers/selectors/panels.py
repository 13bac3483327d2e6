"""What other apps know of one customer, as cards beside the timeline: filled from the wiring."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models.brands import Brand
from customers.models.customers import Customer


@dataclass(frozen=True, slots=True)
class Line:
    """A label and its value, which leads somewhere when it has an address."""

    label: str
    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    title: str
    lines: list[Line]


# None: nothing to say of this customer.
PanelSource = Callable[[Brand, Customer], Panel | None]

_sources: list[PanelSource] = []


def add_panel(source: PanelSource) -> None:
    """Show this card on every profile, in the order of the wiring."""
    _sources.append(source)


def panels(brand: Brand, customer: Customer) -> list[Panel]:
    found = (source(brand, customer) for source in _sources)
    return [panel for panel in found if panel is not None]
