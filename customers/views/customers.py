"""The list of customers, and one of them with everything that happened."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from config.kit import formats, ids
from config.kit.money import digits, to_decimal
from config.kit.text import clean_text
from customers.models.customers import Customer
from customers.rules.ladder import standing
from customers.selectors.customers import SORTS, CustomerPage, Row, customer_page, sort_of
from customers.selectors.profile import profile
from customers.selectors.suggestions import segment_url
from customers.selectors.timeline import read_cursor, sources, timeline, write_cursor

PREFIX = "cus"
_LONGEST_SEARCH = 200


@brand_view("customers.view")
@require_safe
def customers(request: HttpRequest, brand: Brand) -> HttpResponse:
    text, problem = _search_text(request.GET.get("q", ""))
    sort = sort_of(request.GET.get("sort", ""))
    page = customer_page(
        begins_with=text,
        sort=sort,
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
    )
    context = {
        "search": text,
        "problem": problem,
        "sort": sort,
        "sorts": SORTS,
        "rows": [_row(row, brand) for row in page.rows],
        "has_simulated": any(row.customer.simulated for row in page.rows),
        "summary": _summary(page, brand),
        **_neighbours(request, page),
    }
    return render(request, "customers/list.html", context)


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


def _search_text(typed: str) -> tuple[str, str]:
    """What to search for, and what is wrong with it."""
    try:
        return clean_text(typed, max_length=_LONGEST_SEARCH), ""
    except ValueError as error:
        return "", str(error)


def _row(row: Row, brand: Brand) -> dict[str, object]:
    public_id = ids.encode(PREFIX, row.customer.uid)
    return {
        "url": reverse("customer", args=[brand.slug, public_id]),
        "customer": row.customer,
        "facts": row.facts,
        # The currency stands once, in the head of the column.
        "net": formats.number(
            to_decimal(row.facts.net_minor, brand.currency),
            brand.locale,
            places=digits(brand.currency),
        ),
        "rung": standing(row.facts.orders_count),
        "consent": row.consent,
    }


def _summary(page: CustomerPage, brand: Brand) -> str:
    word = "customer" if page.total == 1 else "customers"
    return f"{formats.number(page.total, brand.locale)} {word}"


def _neighbours(request: HttpRequest, page: CustomerPage) -> dict[str, str]:
    kept = {name: request.GET[name] for name in ("q", "sort") if request.GET.get(name)}
    return {
        "previous_url": f"?{urlencode({**kept, 'before': page.before})}" if page.before else "",
        "next_url": f"?{urlencode({**kept, 'after': page.after})}" if page.after else "",
    }


def _filters(here: str, kinds: set[str]) -> list[tuple[str, str, bool]]:
    """(label, url, is active) of everything and of each kind alone."""
    alone = [
        (source.label, f"{here}?{urlencode({'show': source.kind})}", kinds == {source.kind})
        for source in sources()
    ]
    return [("Everything", here, not kinds), *alone]
