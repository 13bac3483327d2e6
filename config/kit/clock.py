"""The one clock, so that a test can set the time and a brand's day has one definition."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timezone, tzinfo
from zoneinfo import ZoneInfo

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """The present instant, in UTC; or the one that history is told as of."""
    return _told.get() or datetime.now(tz=timezone.utc)  # noqa: UP017


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """What happens in here happens at a moment of the past, for whoever asks this clock: so the
    sample brands get a history by the services that make one. Never for what people do."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)


def day_in(zone: str, at: datetime | None = None) -> date:
    """The calendar day that `at` (default: now) falls on in an IANA zone."""
    return (at or now()).astimezone(ZoneInfo(zone)).date()


def at_wall_clock(wall: datetime, zone: tzinfo) -> datetime:
    """The instant (UTC) at which clocks in `zone` show the naive `wall`. A time they leap over is
    as much later as they leap; of one they show twice it is the first (PEP 495)."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def day_start(day: date, zone: str) -> datetime:
    """When a calendar day begins in an IANA zone, in UTC: where clocks leap over midnight, the end
    of the leap; where it comes twice, the first one."""
    return at_wall_clock(datetime.combine(day, time.min), ZoneInfo(zone))
