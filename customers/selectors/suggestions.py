"""What to do next, and how the five ways of earning stand: both filled from the wiring.

An app that knows something worth doing registers a source in `config/registries.py`. A source
states measured facts only; with nothing to say it returns nothing."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models.brands import Brand
from config.kit import formats, ids
from customers.models.credits import CreditSource
from customers.models.customers import CustomerFacts
from customers.models.imports import Import
from customers.selectors.credits import NOTHING, has_categories
from customers.selectors.overview import Revenue


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to do: `count` people or rows wait for it; the title leads to its action."""

    title: str
    detail: str
    url: str
    icon: str
    tone: str = "neutral"
    count: int | None = None


@dataclass(frozen=True, slots=True)
class WayToEarn:
    """One of the five ways: what it brought in the period as `minor`, or None while nothing can
    be measured; `next` then says what is needed, else what to do. `beyond_minor` of it is no
    customer revenue: others paid it."""

    label: str
    tone: str
    next: str
    minor: int | None = None
    over_time: tuple[int, ...] = ()
    url: str = ""
    beyond_minor: int = 0


# (brand, permissions of the person who looks)
SuggestionSource = Callable[[Brand, frozenset[str]], list[Suggestion]]
WaySource = Callable[[Revenue], WayToEarn]

_suggestion_sources: list[SuggestionSource] = []
_way_sources: list[WaySource] = []


def add_suggestions(source: SuggestionSource) -> None:
    """Ask this source for "Do next" on every overview; called from the wiring only."""
    _suggestion_sources.append(source)


def add_way_to_earn(source: WaySource) -> None:
    """Show this way in the row of the five, in the order of the wiring."""
    _way_sources.append(source)


def counted(
    brand: Brand,
    count: int,
    *,
    one: str,
    many: str,
    detail: str,
    url: str,
    icon: str,
    tone: str = "neutral",
) -> list[Suggestion]:
    """What so many people or rows wait for; nothing where none does. `many` names the number, as
    {count}."""
    if not count:
        return []
    title = one if count == 1 else many.format(count=formats.number(count, brand.locale))
    return [Suggestion(title, detail, url, icon, tone, count)]


def suggestions(brand: Brand, permissions: frozenset[str], *, limit: int = 5) -> list[Suggestion]:
    """What to do next, the most people first; what counts nobody is put in front: it blocks."""
    found = [row for source in _suggestion_sources for row in source(brand, permissions)]
    return sorted(found, key=lambda row: (row.count is not None, -(row.count or 0)))[:limit]


def ways_to_earn(revenue: Revenue) -> list[WayToEarn]:
    """The five ways over the period of this revenue."""
    return [source(revenue) for source in _way_sources]


# --- Our own sources ---------------------------------------------------------------------


def settings_missing(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """What must be filled in before the first mail may leave."""
    missing = [
        name
        for name, value in (
            ("sender address", brand.sender_email),
            ("postal address", brand.postal_address),
        )
        if not value
    ]
    if not missing or "brand.edit" not in permissions:
        return []
    return [
        Suggestion(
            title=f"Add your {' and '.join(missing)}",
            detail="No e-mail can be sent without it",
            url=reverse("brand_settings", args=[brand.slug]),
            icon="settings",
        )
    ]


def waiting_for_second_order(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Everybody who bought once and has not come back yet."""
    if "segments.edit" not in permissions:
        return []
    waiting = (
        CustomerFacts.objects.filter(first_order_on__lte=brand.today)
        .exclude(second_order_on__lte=brand.today)
        .count()
    )
    return counted(
        brand,
        waiting,
        one="1 customer bought once",
        many="{count} customers bought once",
        detail="Make them a segment, and invite them back",
        url=segment_url(brand.slug, rung=1),
        icon="repeat",
        tone="repeat",
    )


def rows_to_fix(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """What the newest finished import left out."""
    if "customers.import" not in permissions:
        return []
    newest = Import.objects.filter(state=Import.State.DONE).order_by("-id").first()
    if newest is None:
        return []
    return counted(
        brand,
        newest.counts.get("lines_rejected", 0),
        one="1 row to fix",
        many="{count} rows to fix",
        detail=f"Left out of {newest.file_name}, each with its reason",
        url=reverse("import_rows", args=[brand.slug, ids.encode("imp", newest.uid)]),
        icon="file-x",
        tone="venture",
    )


def segment_url(slug: str, *, rung: int) -> str:
    """The page that makes a segment of everybody who waits on this rung."""
    return rule_url(slug, {"kind": "rung", "op": "exactly", "value": rung})


def rule_url(slug: str, leaf: Mapping[str, object]) -> str:
    """The page that makes a segment of everybody whom this rule is true of."""
    rule = json.dumps({"all": [leaf]}, separators=(",", ":"))
    return f"{reverse('segment_new', args=[slug])}?{urlencode({'rule': rule})}"


def repeat_purchase(revenue: Revenue) -> WayToEarn:
    """The first way: second and later orders, of what the customer bought before."""
    earned = revenue.earned.get(CreditSource.REPEAT, NOTHING)
    return WayToEarn(
        label="Repeat purchase",
        tone="repeat",
        next="Later orders, of what these customers had bought before"
        if earned.minor
        else "Nobody has come back in this period yet",
        minor=earned.minor,
        over_time=earned.over_time,
    )


def cross_sell(revenue: Revenue) -> WayToEarn:
    """The second way: lines in a category that is new to a customer who came back."""
    earned = revenue.earned.get(CreditSource.CROSS_SELL, NOTHING)
    if not earned.minor and not has_categories():
        return WayToEarn(
            "Cross-sell", "cross-sell", "Not measurable: it needs products in several categories"
        )
    return WayToEarn(
        label="Cross-sell",
        tone="cross-sell",
        next="Later orders, in a category that was new to the customer",
        minor=earned.minor,
        over_time=earned.over_time,
    )


def business_value(revenue: Revenue) -> WayToEarn:
    """The fifth way, which no order carries: what the customer base is worth."""
    return WayToEarn(
        "Business value",
        "value",
        "Not measured yet: it needs your margin and a tested forecast",
    )
