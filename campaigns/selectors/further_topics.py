"""What else customers can say yes or no to on "What we send you": apps above add theirs in
config/registries.py."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TopicGroup:
    """Topics under one heading, by their purpose. `is_opt_in`: nobody gets these without a yes;
    else everybody does who has not said no. `wording` is what people read who say yes, with its
    version: it stands in the permission ledger."""

    name: str
    heading: str
    labels: Mapping[str, str]
    is_opt_in: bool
    help: str = ""
    wording: str = ""
    wording_version: str = ""


Source = Callable[[], Iterable[TopicGroup]]
_sources: list[Source] = []


def add_topics(*sources: Source) -> None:
    """Shown in the order in which they are added."""
    _sources.extend(sources)


def topic_groups() -> list[TopicGroup]:
    """Those of the brand in scope that hold anything."""
    return [group for source in _sources for group in source() if group.labels]
