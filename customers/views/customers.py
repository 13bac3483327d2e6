"""One customer, with everything that happened."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from customers.models.customers import Customer
from customers.rules.ladder import standing
from customers.selectors.profile import profile
from customers.selectors.suggestions import segment_url
from customers.selectors.timeline import read_cursor, sources, timeline, write_cursor

PREFIX = "cus"


@brand_view("customers.view")
@require_safe
def customer(request: HttpRequest, brand: Brand, public_id: str) -> HttpResponse:
    person = get_by_public_id(Customer, PREFIX, public_id)
    kinds = {source.kind for source in sources()} & set(request.GET.getlist("show"))
    page = timeline(person, kinds=kinds, cursor=read_cursor(request.GET.get("after", "")))
    known = profile(person)
    here = reverse("customer", args=[brand.slug, public_id])
    shown = [("show", kind) for kind in sorted(kinds)]
    older = f"{here}?{urlencode([*shown, ('after', write_cursor(page.next))])}" if page.next else ""
    orders = known.facts.orders_count
    context = {
        "customer": person,
        "profile": known,
        "rung": standing(orders),
        "rung_url": segment_url(brand.slug, rung=orders) if orders else "",
        "entries": page.entries,
        "filters": _filters(here, kinds),
        "newest_url": f"{here}?{urlencode(shown)}" if request.GET.get("after") else "",
        "older_url": older,
    }
    return render(request, "customers/profile.html", context)


def _filters(here: str, kinds: set[str]) -> list[tuple[str, str, bool]]:
    """(label, url, is active) of everything and of each kind alone."""
    alone = [
        (source.label, f"{here}?{urlencode({'show': source.kind})}", kinds == {source.kind})
        for source in sources()
    ]
    return [("Everything", here, not kinds), *alone]
