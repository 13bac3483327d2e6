"""What the brand owes its customers for rewards, today or at the end of any past day."""

from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import brand_view
from accounts.models.brands import Brand
from accounts.models.ledger import AccountKind
from accounts.selectors.ledger import Owed, liability
from config.kit.clock import day_in, day_start
from config.kit.csvs import csv_lines
from config.kit.downloads import csv_file
from referrals.selectors import liability as selectors
from referrals.selectors.programmes import programmes
from referrals.selectors.reward_list import KINDS
from referrals.selectors.wording import plain_sum, sum_words

_LABELS = {
    AccountKind.PENDING: "To come: earned, and still held",
    AccountKind.AVAILABLE: "Can be spent now",
    AccountKind.RESERVED: "Set aside for a purchase that is under way",
    AccountKind.ISSUED: "Given out as codes, not yet used",
    AccountKind.PAYABLE: "To be given out or claimed",
    AccountKind.DEBT: "Owed back to you",
}
_COLUMNS = ("day", "kind", "unit", "amount", "customers")


@brand_view("referrals.view")
@require_safe
def report(request: HttpRequest, brand: Brand) -> HttpResponse:
    """`?day=2026-05-31`: at the end of that day of the brand's; else as it is now."""
    day = _day(request, brand)
    rows = _rows(brand, day)
    owed = selectors.liability(_end(brand, day))
    csv_url = reverse("referral_liability_csv", args=[brand.slug])
    context = {
        "day": day,
        "rows": [
            (_LABELS[row.kind], sum_words(row.amount_minor, row.unit, brand), row) for row in rows
        ],
        "totals": _totals(rows, brand),
        "programmes": _by_programme(owed, brand),
        "agrees": owed.agrees,
        "csv_url": f"{csv_url}?day={day}" if day else csv_url,
    }
    return render(request, "referrals/staff/liability.html", context)


@brand_view("referrals.view")
@require_safe
def file(request: HttpRequest, brand: Brand) -> HttpResponseBase:
    day = _day(request, brand)
    shown = str(day or day_in(brand.time_zone))
    lines = [
        (shown, row.kind.value, row.unit, plain_sum(row.amount_minor, row.unit), str(row.owners))
        for row in _rows(brand, day)
    ]
    return csv_file(csv_lines([_COLUMNS, *lines]), name=f"owed-{shown}")


def _day(request: HttpRequest, brand: Brand) -> date | None:
    try:
        asked = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None
    return asked if date(2000, 1, 1) <= asked < day_in(brand.time_zone) else None


def _end(brand: Brand, day: date | None) -> datetime | None:
    """The last instant of the brand's day; None: now."""
    if day is None:
        return None
    return day_start(day + timedelta(days=1), brand.time_zone) - timedelta(microseconds=1)


def _rows(brand: Brand, day: date | None) -> list[Owed]:
    """What is not nothing."""
    return [row for row in liability(at=_end(brand, day)) if row.amount_minor]


def _by_programme(owed: selectors.Liability, brand: Brand) -> list[tuple[str, str, int, str]]:
    """(referral programme, kind, rewards, amount in words); its states are added up."""
    names = dict(programmes().values_list("pk", "name"))
    sums: dict[tuple[int, str, str], tuple[int, int]] = {}
    for row in owed.rows:
        rewards, minor = sums.get((row.programme_id, row.kind, row.unit), (0, 0))
        key = (row.programme_id, row.kind, row.unit)
        sums[key] = (rewards + row.rewards, minor + row.open_minor)
    return [
        (names[pk], KINDS.get(kind, kind), rewards, sum_words(minor, unit, brand))
        for (pk, kind, unit), (rewards, minor) in sums.items()
    ]


def _totals(rows: list[Owed], brand: Brand) -> list[str]:
    """What is owed in each unit, in words; what is owed back is not taken off."""
    sums: dict[str, int] = {}
    for row in rows:
        if row.kind != AccountKind.DEBT:
            sums[row.unit] = sums.get(row.unit, 0) + row.amount_minor
    return [sum_words(amount, unit, brand) for unit, amount in sums.items()]
