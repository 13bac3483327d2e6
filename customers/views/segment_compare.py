"""Two segments side by side, drawn."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from config.kit import formats
from config.kit.figures import Part, Split, Unit
from customers.models.segments import Segment
from customers.segments.segment.leaf import PREFIX
from customers.selectors import segments as selectors
from customers.selectors.comparison import Comparison, compared
from customers.selectors.portrait import Portrait
from customers.views.segment_figures import interval_words, reach_split


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its length as a share of the longer one, or the interval it may end in."""

    words: str
    length: str
    low: str = ""
    high: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    label: str
    first: Bar
    second: Bar


@brand_view("segments.view")
@require_safe
def segment_compare(request: HttpRequest, brand: Brand) -> HttpResponse:
    """`?a=` and `?b=` are public ids; without both, only the choice is shown."""
    chosen = [_chosen(request.GET.get(name, "")) for name in ("a", "b")]
    context: dict[str, object] = {
        "names": selectors.names_by_public_id(),
        "a": request.GET.get("a", ""),
        "b": request.GET.get("b", ""),
    }
    if all(chosen):
        first, second = (kept for kept in chosen if kept)
        found = compared(first.rule, second.rule, brand, as_of=brand.today)
        context |= {
            "first": first,
            "second": second,
            "found": found,
            "overlap": _overlap(found, first, second, brand),
            "measures": _measures(found, brand),
            "splits": [
                (kept.name, reach_split(side, brand))
                for kept, side in ((first, found.first), (second, found.second))
            ],
        }
    return render(request, "customers/segments/compare.html", context)


def _chosen(public_id: str) -> Segment | None:
    return get_by_public_id(Segment, PREFIX, public_id) if public_id else None


def _overlap(found: Comparison, first: Segment, second: Segment, brand: Brand) -> Split:
    parts = [
        Part(f"Only {first.name}", found.first_only, "repeat"),
        Part("Both", found.both, "neutral"),
        Part(f"Only {second.name}", found.second_only, "cross-sell"),
    ]
    return Split("Who is in which", parts, Unit(locale=brand.locale))


def _measures(found: Comparison, brand: Brand) -> list[Measure]:
    sides = (found.first, found.second)

    def measure(label: str, values: list[float | None], words: list[str]) -> Measure:
        longest = max(max(value or 0 for value in values), 0)
        bars = [
            Bar(text, _percent(max(value or 0, 0) / longest if longest else 0))
            for value, text in zip(values, words, strict=True)
        ]
        return Measure(label, *bars)

    def money(minor: int | None) -> str:
        return "—" if minor is None else formats.money(minor, brand.currency, brand.locale)

    def number(value: float | None, places: int = 0) -> str:
        return "—" if value is None else formats.number(value, brand.locale, places=places)

    return [
        measure("Customers", [s.size for s in sides], [number(s.size) for s in sides]),
        measure(
            "Spent, less refunds", [s.net_minor for s in sides], [money(s.net_minor) for s in sides]
        ),
        measure(
            "Average for each",
            [s.average_minor for s in sides],
            [money(s.average_minor) for s in sides],
        ),
        measure(
            "Orders for each",
            [s.orders_each for s in sides],
            [number(s.orders_each, 2) for s in sides],
        ),
        Measure("Came back after their first order", *(_came_back(s, brand) for s in sides)),
    ]


def _came_back(side: Portrait, brand: Brand) -> Bar:
    """A bar as long as the share itself, with its interval."""
    found = side.came_back
    if found.share is None or found.low is None or found.high is None:
        return Bar("—", _percent(0), note="Nobody has bought yet")
    return Bar(
        formats.percent(found.share, brand.locale, places=1),
        _percent(found.share),
        _percent(found.low),
        _percent(found.high),
        interval_words(found, brand),
    )


def _percent(share: float) -> str:
    return f"{share:.2%}"
