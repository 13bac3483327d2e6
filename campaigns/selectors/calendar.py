"""Campaigns by the day they went out, or are to go out, for a month of the brand."""

import calendar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F
from django.db.models.functions import Coalesce

from accounts.models.brands import Brand
from campaigns.models.campaigns import Campaign


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar; `is_other` of the month before or after."""

    on: date
    is_today: bool
    is_other: bool
    campaigns: list[Campaign] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Month:
    """Whole weeks from Monday; `before` and `after` are the first days of the months beside it."""

    first: date
    weeks: list[list[Day]]
    before: date
    after: date

    @property
    def count(self) -> int:
        days = [day for week in self.weeks for day in week if not day.is_other]
        return sum(len(day.campaigns) for day in days)


def month_of(brand: Brand, first: date) -> Month:
    """The month that begins with this day."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    by_day = _by_day(brand, weeks[0][0], weeks[-1][-1])
    return Month(
        first=first,
        weeks=[
            [
                Day(day, day == brand.today, day.month != first.month, by_day.get(day, []))
                for day in week
            ]
            for week in weeks
        ],
        before=(first - timedelta(days=1)).replace(day=1),
        after=(first + timedelta(days=31)).replace(day=1),
    )


def _by_day(brand: Brand, first: date, last: date) -> dict[date, list[Campaign]]:
    """Campaigns between two days, both included, by the brand's day."""
    zone = ZoneInfo(brand.time_zone)
    start = datetime(first.year, first.month, first.day, tzinfo=zone)
    end = datetime(last.year, last.month, last.day, tzinfo=zone) + timedelta(days=1)
    rows = Campaign.objects.annotate(goes_at=Coalesce(F("launched_at"), F("due_at")))
    found: dict[date, list[Campaign]] = {}
    for campaign in rows.filter(goes_at__gte=start, goes_at__lt=end).order_by("goes_at", "id"):
        found.setdefault(campaign.goes_at.astimezone(zone).date(), []).append(campaign)
    return found
