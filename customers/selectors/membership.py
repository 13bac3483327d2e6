"""Who is, was or came into a segment; and which segments a customer was in."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from config.kit import ids
from customers.models.customers import Customer
from customers.models.segments import Segment, SegmentMember
from customers.segments.segment.leaf import PREFIX
from customers.selectors.timeline import Entry, Position, before


def members_at(segment: Segment, instant: datetime) -> QuerySet[SegmentMember]:
    """Who was in it at an instant, as far back as the segment was evaluated: its intervals
    include their beginning and exclude their end."""
    still = Q(left_at=None) | Q(left_at__gt=instant)
    return SegmentMember.objects.filter(still, segment=segment, entered_at__lte=instant)


def history(customer_ids: list[int]) -> QuerySet[SegmentMember]:
    """Each stay of a customer (all the ids that are theirs) in a segment, the latest first."""
    stays = SegmentMember.objects.filter(customer_id__in=customer_ids).select_related("segment")
    return stays.order_by("-entered_at", "-id")


def users_of(segment: Segment) -> list[Segment]:
    """The segments whose rule names this one."""
    public_id = ids.encode(PREFIX, segment.uid)
    others = Segment.objects.exclude(pk=segment.pk).order_by("name")
    return [other for other in others if public_id in named_in(other.rule)]


def dependents_of(*segments: Segment) -> set[int]:
    """The ids of other segments that name one of these, directly or through others."""
    namers: dict[str, list[Segment]] = {}
    for other in Segment.objects.all():
        for name in named_in(other.rule):
            namers.setdefault(name, []).append(other)
    found: set[int] = set()
    waiting = [*segments]
    while waiting:
        for other in namers.get(ids.encode(PREFIX, waiting.pop().uid), []):
            if other.pk not in found:
                found.add(other.pk)
                waiting.append(other)
    return found - {segment.pk for segment in segments}


def named_in(rule: object) -> set[str]:
    """The public ids of the segments and lists a stored rule names, also where it is broken."""
    return {
        str(leaf["id"]) for leaf in leaves_of(rule) if leaf["kind"] == "segment" and "id" in leaf
    }


def segments_asking(words: Collection[str]) -> list[Segment]:
    """The segments with a rule of such a kind, or one that says something of such a field."""
    wanted = set(words)
    return [
        segment
        for segment in Segment.objects.filter(kind=Segment.Kind.RULE)
        if any(wanted & {leaf["kind"], *leaf} for leaf in leaves_of(segment.rule))
    ]


def leaves_of(rule: object) -> Iterator[dict[str, Any]]:
    """The rules of a stored tree, also where it is broken."""
    if isinstance(rule, list):
        for part in rule:
            yield from leaves_of(part)
    elif isinstance(rule, dict):
        if "kind" in rule:
            yield rule
        for part in rule.values():
            yield from leaves_of(part)


def stays(customer: Customer, position: Position | None, limit: int) -> list[Entry]:
    """The timeline's source: each coming and going. A stay's coming has an even id, its going the
    odd one after it."""
    own = SegmentMember.objects.filter(customer_id=customer.pk).select_related("segment")
    came = own.filter(_earlier(position, "entered_at", parity=0)).order_by("-entered_at", "-id")
    went = own.exclude(left_at=None).filter(_earlier(position, "left_at", parity=1))
    entries = [_coming(stay) for stay in came[:limit]]
    entries += [_going(stay) for stay in went.order_by("-left_at", "-id")[:limit]]
    entries.sort(key=lambda entry: (entry.at, entry.id), reverse=True)
    return entries[:limit]


def _earlier(position: Position | None, field: str, *, parity: int) -> Q:
    """Rows before a position among entries numbered 2 x id + parity."""
    if position is None:
        return Q()
    return before(Position(position.at, (position.id - parity + 1) // 2), field)


def _coming(stay: SegmentMember) -> Entry:
    return Entry(
        at=stay.entered_at,
        id=2 * stay.pk,
        icon="log-in",
        title=f"Came into the segment “{stay.segment.name}”",
        detail=stay.get_entered_by_display(),
        tone="accent",
    )


def _going(stay: SegmentMember) -> Entry:
    assert stay.left_at is not None
    return Entry(
        at=stay.left_at,
        id=2 * stay.pk + 1,
        icon="log-out",
        title=f"Left the segment “{stay.segment.name}”",
        detail=stay.get_left_by_display(),
    )
