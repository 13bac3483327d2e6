"""What came of each partner lately, for the brand's list of them: vouchers used, and money."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Sum
from django.db.models.functions import TruncDate

from accounts.models.brands import Brand
from config.kit.clock import day_start
from partners.models.settlements import CommissionLine
from partners.models.vouchers import Redemption

WEEKS = 12


@dataclass(frozen=True, slots=True)
class Brought:
    """Of the last WEEKS weeks. `weekly` counts vouchers used at the partner's, oldest week first;
    `earned_minor` is the commission the partner came to owe the brand, less what the brand came to
    owe them: below 0 the brand pays."""

    weekly: tuple[int, ...] = (0,) * WEEKS
    earned_minor: int = 0

    @property
    def redeemed(self) -> int:
        return sum(self.weekly)

    @property
    def cost_minor(self) -> int:
        return -self.earned_minor


def brought(brand: Brand, partnerships: Collection[int]) -> dict[int, Brought]:
    """By partnership, for each that is asked about."""
    first = brand.today - timedelta(days=7 * WEEKS - 1)
    since = day_start(first, brand.time_zone)
    weeks = {partnership: [0] * WEEKS for partnership in partnerships}
    used = (
        Redemption.objects.filter(
            at__gte=since, taken_back_at=None, voucher__pool__partnership__in=partnerships
        )
        .annotate(day=TruncDate("at", tzinfo=ZoneInfo(brand.time_zone)))
        .values_list("voucher__pool__partnership", "day")
        .order_by()
        .annotate(count=Count("pk"))
    )
    for partnership, day, count in used:
        # A till may be some minutes ahead of us.
        weeks[partnership][min((day - first).days // 7, WEEKS - 1)] += count
    lines = (
        CommissionLine.objects.filter(happened_at__gte=since, partnership__in=partnerships)
        .values_list("partnership")
        .order_by()
        .annotate(total=Sum("amount_minor"))
    )
    owed = dict(lines)
    return {
        partnership: Brought(tuple(counts), -int(owed.get(partnership, 0)))
        for partnership, counts in weeks.items()
    }
