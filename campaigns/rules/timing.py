"""When a scheduled campaign goes out, on whose clock (trust rule 16).

A time is what clocks show, "2026-12-01T09:00"; where clocks leap over it, it is as much later as
they leap, and where they show it twice, the first of the two.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from config.kit.clock import at_wall_clock
from config.kit.errors import Invalid

# The clocks that show a time first, those of Kiritimati.
EARLIEST = timezone(timedelta(hours=14))


def parse_wall_time(text: str) -> datetime:
    """Raises Invalid unless it is a day and a time without a zone; seconds are dropped."""
    try:
        wall = datetime.fromisoformat(text.strip())
    except ValueError:
        wall = None
    if wall is None or wall.tzinfo is not None or "T" not in text.upper().replace(" ", "T"):
        raise Invalid(
            "Give the day and the time it should go out at, for example 2026-12-01T09:00.",
            fields={"send_at": "This is not a day and a time."},
        )
    return wall.replace(second=0, microsecond=0)


def first_instant(wall: datetime, zone: str, *, is_recipients: bool) -> datetime:
    """When the first mail may leave, in UTC: by the brand's clock, or by the earliest there is."""
    return at_wall_clock(wall, EARLIEST if is_recipients else ZoneInfo(zone))


def instants(wall: datetime, zones: Iterable[str]) -> dict[str, datetime]:
    """By zone, when clocks there show the time."""
    return {zone: at_wall_clock(wall, ZoneInfo(zone)) for zone in zones}
