"""The brand's front page: what came in, what to do next, who climbs, who stays."""

from datetime import date
from itertools import pairwise
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import brand_view
from accounts.models.brands import Brand
from accounts.selectors.brands import Access
from config.kit import formats
from config.kit.clock import day_in
from config.kit.figures import Bars, Cohort, HeatMap, Ladder, Rung, Series, Sparkline, Unit
from customers.models.credits import CreditSource
from customers.rules import cohorts, ladder
from customers.selectors import suggestions
from customers.selectors.cohorts import retention_cohorts
from customers.selectors.credits import NOTHING
from customers.selectors.ladder import repurchase_ladder
from customers.selectors.overview import SPANS, Revenue, last_order_on, revenue, span_of

_RUNGS_DRAWN = 4
_COHORT_MONTHS = 12
_LONGER_COHORT_MONTHS = 17  # a look at another day shows the whole of the music shop's log
# The muted picture behind the empty page; hidden from screen readers and never counted.
_DRAWN_LADDER = Ladder([Rung("1st order", 100), Rung("2nd", 50), Rung("3rd", 30), Rung("4th", 18)])


@brand_view("brand.view")
@require_safe
def overview(request: HttpRequest, brand: Brand) -> HttpResponse:
    span = span_of(request.GET.get("period", ""))
    as_of = _shown_day(request.GET.get("as_of", ""), brand)
    taken = revenue(span=span, as_of=as_of)
    if taken is None:
        return render(request, "customers/overview_empty.html", {"drawn_ladder": _DRAWN_LADDER})
    permissions = cast(Access, request.access).permissions  # type: ignore[attr-defined]
    rungs = repurchase_ladder(as_of=as_of)
    ways = suggestions.ways_to_earn(taken)
    context = {
        "span": span,
        "as_of": as_of,
        "later": _later_link(brand, as_of),
        "span_links": _span_links(brand, as_of),
        "revenue": taken,
        "length": _length(taken.length),
        "bars": _bars(taken, brand),
        "suggestions": suggestions.suggestions(brand, permissions),
        "ways": [_way(each, brand) for each in ways],
        "beyond": sum(way.beyond_minor for way in ways),
        "first": taken.earned.get(CreditSource.FIRST, NOTHING).minor,
        "unattributed": taken.earned.get(CreditSource.UNATTRIBUTED, NOTHING).minor,
        "rungs": _with_links(rungs, brand, permissions),
        "ladder": _ladder(rungs, brand),
        "horizons": ladder.HORIZONS,
        "heat_map": _heat_map(brand, as_of),
        "new_campaign_url": reverse("campaign_new", args=[brand.slug]),
    }
    return render(request, "customers/overview.html", context)


def _unit(brand: Brand) -> Unit:
    return Unit(brand.currency, brand.locale)


def _shown_day(text: str, brand: Brand) -> date:
    """The day the page is computed for: `?as_of=1998-06-30`, or the brand's own."""
    try:
        return min(date.fromisoformat(text), day_in(brand.time_zone))
    except ValueError:
        return brand.today


def _later_link(brand: Brand, as_of: date) -> tuple[date, str] | None:
    """For a brand shown as of a past day: its last order, and the page as of then."""
    last = last_order_on() if brand.as_of else None
    if last is None or as_of >= last:
        return None
    return last, f"{reverse('overview', args=[brand.slug])}?period=all&as_of={last}"


def _span_links(brand: Brand, as_of: date) -> list[tuple[str, str]]:
    url = reverse("overview", args=[brand.slug])
    day = "" if as_of == brand.today else f"&as_of={as_of}"
    return [(span.label, f"{url}?period={span.key}{day}") for span in SPANS]


def _bars(taken: Revenue, brand: Brand) -> Bars:
    """Orders before refunds: what was given back belongs to no bar of its own."""
    label = formats.month if taken.by_month else _short_day
    takings = [span for _, span in taken.spans]
    series = [
        Series("Repeat orders", [span.repeat for span in takings], "repeat"),
        Series("First orders", [span.first for span in takings], "first"),
    ]
    if taken.takings.guest:
        series.append(Series("Customer unknown", [span.guest for span in takings], "neutral"))
    compare = None
    if taken.before_spans is not None:
        compare = Series(
            f"{_length(taken.length)} before",
            [span.gross for _, span in taken.before_spans],
            "neutral",
        )
    return Bars(
        caption="Revenue before refunds",
        labels=[label(start, brand.locale) for start, _ in taken.spans],
        series=series,
        unit=_unit(brand),
        compare=compare,
        period="Month" if taken.by_month else "Week from",
    )


def _length(days: int) -> str:
    """A length of time as the buttons above the chart say it: whole weeks where it is some."""
    return f"{days // 7} weeks" if days % 7 == 0 else f"{days} days"


def _short_day(value: date, locale: str) -> str:
    return formats.day(value, locale, year=False)


def _way(way: suggestions.WayToEarn, brand: Brand) -> dict[str, object]:
    line = Sparkline(way.label, way.over_time, _unit(brand), way.tone)
    return {"way": way, "sparkline": line if len(way.over_time) > 1 else None}


def _with_links(
    rungs: list[ladder.Rung], brand: Brand, permissions: frozenset[str]
) -> list[tuple[ladder.Rung, str]]:
    """Each rung with the page that makes a segment of those who wait there."""
    may_make = "segments.edit" in permissions
    return [
        (rung, suggestions.segment_url(brand.slug, rung=rung.number) if may_make else "")
        for rung in rungs
    ]


def _ladder(rungs: list[ladder.Rung], brand: Brand) -> Ladder:
    drawn = [Rung("1st order", rungs[0].reached, "All buyers")] if rungs else []
    for before, rung in pairwise(rungs[:_RUNGS_DRAWN]):
        more = " and more" if rung.number == _RUNGS_DRAWN else ""
        name = f"{ladder.ordinal(rung.number)}{more}"
        drawn.append(Rung(name, rung.reached, _gap(before.median_days, brand.locale)))
    return Ladder(drawn, Unit(locale=brand.locale))


def _gap(days: float | None, locale: str) -> str:
    return "" if days is None else f"{formats.number(days, locale)} days, median"


def _heat_map(brand: Brand, as_of: date) -> HeatMap:
    months = _COHORT_MONTHS if as_of == brand.today else _LONGER_COHORT_MONTHS
    rows = retention_cohorts(as_of=as_of, is_over=as_of < day_in(brand.time_zone), months=months)
    columns = [str(number) for number in range(1, months + 1)]
    longest = max((len(row.months) - 1 for row in rows), default=0)
    return HeatMap(
        caption="Share of each month's new buyers who ordered again, by months later",
        columns=columns[:longest],
        cohorts=[_cohort(row, brand.locale) for row in rows],
        unit=Unit(locale=brand.locale),
    )


def _cohort(row: cohorts.Cohort, locale: str) -> Cohort:
    last = len(row.months) - 1
    return Cohort(
        label=formats.month(row.month, locale),
        size=row.size,
        shares=[row.share(number) for number in range(1, last + 1)],
        open_last=last > 0 and not row.months[last].complete,
    )
