"""Lists filled by naming people: by e-mail address, public id, the shop's id, or a segment."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from config.kit.errors import Invalid
from customers.models.segments import Segment
from customers.selectors.named import MOST, named
from customers.services.lists import add_matching, add_to_list, create_list, remove_from_list


@dataclass(frozen=True, slots=True)
class Filled:
    """What came of it: how many were put on or taken off, and the names of nobody we know."""

    segment: Segment
    moved: int
    unknown: list[str]


@transaction.atomic
def start_list(*, name: str, names: Collection[str] = (), segment: Segment | None = None) -> Filled:
    """A new list of the people named and of those who are in `segment` now. Raises Invalid for a
    name that is missing or taken, or for too many names."""
    made = create_list(name=name)
    filled = put_on_list(segment=made, names=names)
    copied = add_matching(segment=made, rule=segment.rule).entered if segment else 0
    return Filled(made, filled.moved + copied, filled.unknown)


def put_on_list(*, segment: Segment, names: Collection[str]) -> Filled:
    """Who is on it already stays. Raises Conflict for a segment with a rule, Invalid for too many
    names."""
    found = named(_checked(names))
    moved = add_to_list(segment=segment, customer_ids=found.customer_ids)
    return Filled(segment, moved.entered, found.unknown)


def take_off_list(*, segment: Segment, names: Collection[str]) -> Filled:
    found = named(_checked(names))
    moved = remove_from_list(segment=segment, customer_ids=found.customer_ids)
    return Filled(segment, moved.left, found.unknown)


def _checked(names: Collection[str]) -> Collection[str]:
    if len(names) > MOST:
        raise Invalid.at(
            "people", f"These are {len(names):,} names: give at most {MOST:,} at once."
        )
    return names
