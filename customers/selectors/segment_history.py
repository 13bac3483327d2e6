"""How a segment grew and shrank: its size over time, and what moved it lately."""

from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models.brands import Brand
from config.kit.clock import day_in
from customers.models.segments import Segment, SegmentChange
from customers.selectors.membership import changes, sizes

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
    moves = changes(segment)
    oldest = moves.order_by("at").first()
    if oldest is None:
        return History((), (), ())
    today = day_in(brand.time_zone)
    begin = max(day_in(brand.time_zone, oldest.at), today - timedelta(weeks=_WEEKS))
    step = 1 if (today - begin).days <= _DAILY_UNTIL else 7
    found = sizes(segment, since=begin, until=today, zone=brand.time_zone)[::-step][::-1]
    return History(
        tuple(size.day for size in found),
        tuple(size.members for size in found),
        tuple(moves[:_LATEST]),
    )
