"""What something says, thing by thing, and what is different when it is said anew."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that it says."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    before: str
    after: str


def changed(old: Iterable[Fact], new: Iterable[Fact]) -> list[Change]:
    """In the order of the new; what only one of them says is "" in the other."""
    before, after = ({fact.label: fact.words for fact in facts} for facts in (old, new))
    return [
        Change(label, before.get(label, ""), after.get(label, ""))
        for label in dict.fromkeys([*after, *before])
        if before.get(label, "") != after.get(label, "")
    ]
