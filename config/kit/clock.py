"""The one clock, so that a test can set the time and a brand's day has one definition."""

from datetime import UTC, date, datetime, timezone, tzinfo
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(tz=timezone.utc)  # noqa: UP017


def day_in(zone: str, at: datetime | None = None) -> date:
    """The calendar day that `at` (default: now) falls on in an IANA zone."""
    return (at or now()).astimezone(ZoneInfo(zone)).date()


def at_wall_clock(wall: datetime, zone: tzinfo) -> datetime:
    """The instant (UTC) at which clocks in `zone` show the naive `wall`. A time they leap over is
    as much later as they leap; of one they show twice it is the first (PEP 495)."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
