"""Who said yes to partners' offers, how it went over time, and how many could still be asked."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import TruncMonth

from accounts.models.brands import Brand
from customers.models.consents import Channel, Consent, ConsentState, Purpose
from customers.rules.permissions import GRANTED
from customers.selectors.audience import Reach, reachable

MONTHS = 12
# Of those who are asked, so many of a hundred may say yes: what a brand can hope for.
SHARES = (2, 5, 10)
_OF = {"purpose": Purpose.PARTNER_OFFERS, "channel": Channel.EMAIL}
_EVERYBODY: dict[str, Any] = {"all": []}
_NEVER_ANSWERED = {
    "all": [{"kind": "consent", "purpose": Purpose.PARTNER_OFFERS.value, "status": "unknown"}]
}


@dataclass(frozen=True, slots=True)
class Drive:
    """`reach` is of partners' offers now; `unasked` could be asked by a mail of the brand's own.
    `months` are the last ones, each with the acts of saying yes and of saying no in it."""

    said_yes: int
    said_no: int
    reach: Reach
    unasked: int
    months: tuple[tuple[date, int, int], ...]

    @property
    def forecast(self) -> list[tuple[int, int]]:
        """Per cent of those who are asked that say yes, and whom offers would reach then."""
        return [(share, self.reach.mailable + self.unasked * share // 100) for share in SHARES]


def drive(brand: Brand) -> Drive:
    """Of the brand in scope, now."""
    states = dict(
        ConsentState.objects.filter(**_OF, customer__merged_into=None, customer__erased_at=None)
        .values_list("status")
        .annotate(people=Count("pk"))
    )
    return Drive(
        said_yes=states.get(GRANTED, 0),
        said_no=sum(states.values()) - states.get(GRANTED, 0),
        reach=reachable(_EVERYBODY, purpose=Purpose.PARTNER_OFFERS),
        unasked=reachable(_NEVER_ANSWERED).mailable,
        months=_months(brand),
    )


def _months(brand: Brand) -> tuple[tuple[date, int, int], ...]:
    in_month = TruncMonth("at", tzinfo=ZoneInfo(brand.time_zone))
    rows = (
        Consent.objects.filter(**_OF)
        .annotate(month=in_month)
        .values_list("month", "status")
        .annotate(acts=Count("pk"))
        .order_by("month")
    )
    counts: Counter[tuple[date, bool]] = Counter()
    for month, status, acts in rows:
        counts[month.date(), status == GRANTED] += acts
    last = brand.today.replace(day=1)
    months = [_months_before(last, back) for back in reversed(range(MONTHS))]
    return tuple((month, counts[month, True], counts[month, False]) for month in months)


def _months_before(month: date, back: int) -> date:
    years, place = divmod(month.year * 12 + month.month - 1 - back, 12)
    return date(years, place + 1, 1)
