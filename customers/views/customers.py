"""One customer, with everything that happened."""

from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from config.kit import ids
from config.kit.clock import now
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.rules.attributes import write_value
from customers.rules.ladder import standing
from customers.selectors.attributes import definitions, reading_of, shape_of, shown_attributes
from customers.selectors.customers import canonical
from customers.selectors.next_actions import next_actions
from customers.selectors.panels import panels
from customers.selectors.profile import Profile, profile
from customers.selectors.suggestions import segment_url
from customers.selectors.timeline import read_cursor, sources, timeline, write_cursor

PREFIX = "cus"
SEGMENT = "seg"
MERGE = "mrg"


@brand_view("customers.view")
@require_safe
def customer(request: HttpRequest, brand: Brand, public_id: str) -> HttpResponse:
    person = get_by_public_id(Customer.objects.select_related("merged_into"), PREFIX, public_id)
    if person.merged_into_id:
        return redirect("customer", brand.slug, ids.encode(PREFIX, canonical(person).uid))
    day = _day(request.GET.get("day", ""))
    known = profile(person, at=_end_of(day, brand) if day else now())
    orders = known.facts.orders_count
    context = {
        "customer": person,
        "public_id": public_id,
        "profile": known,
        "rung": standing(orders),
        "rung_url": segment_url(brand.slug, rung=orders) if orders else "",
        "day": day,
        "actions": [] if person.erased_at else next_actions(brand, known),
        "panels": panels(brand, person),
        "attributes": shown_attributes(person, brand),
        "attribute_fields": _attribute_fields(person, brand),
        "identity_kinds": Identity.Kind.choices,
        "segments": [(stay, ids.encode(SEGMENT, stay.segment.uid)) for stay in known.segments],
        "merges": [(merge, ids.encode(MERGE, merge.uid)) for merge in known.merges],
        **_gaps(known),
        **_story(request, brand, person, public_id),
    }
    return render(request, "customers/profile.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _end_of(day: date, brand: Brand) -> datetime:
    """The last instant of the brand's day."""
    return datetime.combine(day, time.max, tzinfo=ZoneInfo(brand.time_zone)).astimezone(UTC)


def _attribute_fields(person: Customer, brand: Brand) -> list[tuple[Any, str]]:
    """Each of the brand's attributes with its value as text that a form reads back."""
    reading = reading_of(brand)
    fields = []
    for name, definition in definitions().items():
        value = person.attributes.get(name)
        text = "" if value is None else write_value(value, shape_of(definition), reading)
        fields.append((definition, text))
    return fields


def _gaps(known: Profile) -> dict[str, Any]:
    """The waits between orders as bars, the latest ones, the longest filling the height."""
    shown = known.gaps[-24:]
    longest = max([1, *shown])
    return {"gaps": [(gap, f"{max(gap / longest, 0.02):.0%}") for gap in shown]}


def _story(request: HttpRequest, brand: Brand, person: Customer, public_id: str) -> dict[str, Any]:
    kinds = {source.kind for source in sources()} & set(request.GET.getlist("show"))
    page = timeline(person, kinds=kinds, cursor=read_cursor(request.GET.get("after", "")))
    here = reverse("customer", args=[brand.slug, public_id])
    shown = [("show", kind) for kind in sorted(kinds)]
    older = f"{here}?{urlencode([*shown, ('after', write_cursor(page.next))])}" if page.next else ""
    return {
        "entries": page.entries,
        "filters": _filters(here, kinds),
        "newest_url": f"{here}?{urlencode(shown)}" if request.GET.get("after") else "",
        "older_url": older,
    }


def _filters(here: str, kinds: set[str]) -> list[tuple[str, str, bool]]:
    """(label, url, is active) of everything and of each kind alone."""
    alone = [
        (source.label, f"{here}?{urlencode({'show': source.kind})}", kinds == {source.kind})
        for source in sources()
    ]
    return [("Everything", here, not kinds), *alone]
