"""Pages of a customer's own, beside the one about mails: their link for friends, say. Apps above
add theirs in config/registries.py."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from customers.models.customers import Customer


@dataclass(frozen=True, slots=True)
class OwnPage:
    """`url` is whole, and only the customer has it."""

    label: str
    url: str


Source = Callable[[Customer], Iterable[OwnPage]]
_sources: list[Source] = []


def add_own_pages(*sources: Source) -> None:
    """Shown in the order in which they are added."""
    _sources.extend(sources)


def own_pages(customer: Customer) -> list[OwnPage]:
    return [page for source in _sources for page in source(customer)]
