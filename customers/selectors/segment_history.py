"""How a segment grew and shrank: its size over time, and what moved it lately."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Sum
from django.db.models.functions import TruncDate

from accounts.models.brands import Brand
from config.kit.clock import day_in
from customers.models.segments import Segment, SegmentChange

_WEEKS = 12
_LATEST = 8
# Until it has been watched for so many days, a segment is drawn day by day.
_DAILY_UNTIL = 21


@dataclass(frozen=True, slots=True)
class History:
    """`sizes` at the end of each of the `days` (the last is today), none before the segment was
    first counted; `changes` are the latest moves, newest first."""

    days: tuple[date, ...]
    sizes: tuple[int, ...]
    changes: tuple[SegmentChange, ...]


def history_of(segment: Segment, brand: Brand) -> History:
    """From the recorded moves, on the brand's calendar; empty before the first."""
    changes = SegmentChange.objects.filter(segment=segment)
    oldest = changes.order_by("at").first()
    if oldest is None:
        return History((), (), ())
    today = day_in(brand.time_zone)
    begin = max(day_in(brand.time_zone, oldest.at), today - timedelta(weeks=_WEEKS))
    step = 1 if (today - begin).days <= _DAILY_UNTIL else 7
    sizes = _sizes(segment, brand, begin, today)
    days = sorted(today - timedelta(days=ago) for ago in range(0, (today - begin).days + 1, step))
    return History(
        tuple(days),
        tuple(sizes[day] for day in days),
        tuple(changes.order_by("-at", "-id")[:_LATEST]),
    )


def _sizes(segment: Segment, brand: Brand, begin: date, today: date) -> dict[date, int]:
    """The size at the end of each day, reckoned back from what it is now."""
    moved = dict(
        SegmentChange.objects.filter(segment=segment)
        .annotate(day=TruncDate("at", tzinfo=ZoneInfo(brand.time_zone)))
        .filter(day__gte=begin)
        .values_list("day")
        .annotate(net=Sum(F("entered") - F("left")))
        .order_by("day")
    )
    size, sizes, day = segment.members_count, {}, today
    while day >= begin:
        sizes[day] = size
        size -= moved.get(day, 0)
        day -= timedelta(days=1)
    return sizes
