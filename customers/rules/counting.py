"""Which orders a brand counts: the rule as plain values, checked and in its one normal form."""

from collections.abc import Iterable
from dataclasses import dataclass

MAX_TAGS = 50
MAX_TAG = 60


@dataclass(frozen=True, slots=True)
class CountingRule:
    """A cancelled order never counts. `wholesale_from_minor`: from this much money on an order
    is wholesale and left out; None: size does not matter. Without any choice made, everything
    but test orders counts."""

    count_test: bool = False
    count_zero: bool = True
    leave_out_tags: tuple[str, ...] = ()
    leave_out_channels: tuple[str, ...] = ()
    wholesale_from_minor: int | None = None


def normal_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as the rule keeps them: trimmed, in lower case, each once, in order.

    Raises ValueError with a sentence for people."""
    normal = tuple(sorted({tag.strip().lower() for tag in tags} - {""}))
    if len(normal) > MAX_TAGS:
        raise ValueError(f"Name at most {MAX_TAGS} tags.")
    if any(len(tag) > MAX_TAG for tag in normal):
        raise ValueError(f"A tag has at most {MAX_TAG} characters.")
    return normal
