"""The one clock, so that a test can set the time and a brand's day has one definition."""

from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(tz=timezone.utc)  # noqa: UP017


def day_in(zone: str, at: datetime | None = None) -> date:
    """The calendar day that `at` (default: now) falls on in an IANA zone."""
    return (at or now()).astimezone(ZoneInfo(zone)).date()
