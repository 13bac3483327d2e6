"""What the screen calls purposes of permissions, also those that apps above made: `partner:7`."""

from collections.abc import Callable, Iterable, Mapping

from customers.models.consents import Purpose, purpose_label

# The names of the brand in scope, by purpose.
Names = Callable[[], Mapping[str, str]]
_sources: list[Names] = []


def name_purposes(source: Names) -> None:
    """Called by config/registries.py."""
    _sources.append(source)


def labels_of(purposes: Iterable[str]) -> dict[str, str]:
    """By purpose; names are looked up once, and only where any is asked for."""
    asked = set(purposes)
    named: dict[str, str] = {}
    if asked - set(Purpose.values):
        for source in _sources:
            named |= source()
    return {purpose: named.get(purpose) or purpose_label(purpose) for purpose in asked}
