"""The fourth way to earn: what partners pay for customers sent to them, and orders they brought."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import zip_longest
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.urls import reverse

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from config.kit.clock import day_start
from customers.models.credits import CreditSource
from customers.selectors.credits import NOTHING, Earned
from customers.selectors.overview import Revenue
from customers.selectors.suggestions import WayToEarn
from partners.models.settlements import CommissionLine
from partners.selectors.partnerships import has_partners

_LABEL = "Joint ventures"
_TONE = "venture"


def way_to_earn(revenue: Revenue) -> WayToEarn:
    """Commission as it came to be owed, corrections taken off, and orders credited to partners."""
    brand = Brand.objects.get(pk=current_brand_id())
    url = reverse("partners", args=[brand.slug])
    credited = revenue.earned.get(CreditSource.JOINT_VENTURE, NOTHING)
    if not credited.minor and not has_partners():
        return WayToEarn(_LABEL, _TONE, "Not measured yet: you work with no partner", url=url)
    starts = [first for first, _ in revenue.spans]
    income = commission_income(brand, start=revenue.start, end=revenue.end, span_starts=starts)
    spans = zip_longest(income.over_time, credited.over_time, fillvalue=0)
    minor = income.minor + credited.minor
    words = "Commission of partners, and orders that came with them"
    return WayToEarn(
        _LABEL,
        _TONE,
        words if minor else "No partner has brought anything in this period",
        minor,
        tuple(one + other for one, other in spans),
        url,
        beyond_minor=income.minor,
    )


def commission_income(
    brand: Brand, *, start: date, end: date, span_starts: Sequence[date]
) -> Earned:
    """What partners came to owe by deals that have them pay, from `start` to `end` of the brand's
    calendar, both included, and in each span of it; minor units."""
    lines = CommissionLine.objects.filter(
        rule__rule__payer="partner",
        happened_at__gte=day_start(start, brand.time_zone),
        happened_at__lt=day_start(end + timedelta(days=1), brand.time_zone),
    )
    days = (
        lines.annotate(day=TruncDate("happened_at", tzinfo=ZoneInfo(brand.time_zone)))
        .values_list("day")
        .annotate(total=Sum("amount_minor"))
        .order_by("day")
    )
    spans = [0] * len(span_starts)
    for day, total in days:
        if place := bisect_right(span_starts, day):
            spans[place - 1] -= int(total)
    return Earned(-sum(int(total) for _, total in days), tuple(spans))
