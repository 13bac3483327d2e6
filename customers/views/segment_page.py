"""One segment: how big it is and was, what it is worth, who is in it, and why."""

from collections.abc import Iterator
from itertools import chain

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from config.kit import formats, ids
from config.kit.csvs import csv_lines
from config.kit.downloads import csv_file
from config.kit.figures import Bars, Series, Unit
from config.kit.money import to_decimal
from config.kit.paging import row_id
from customers.forms.lists import PeopleForm
from customers.models.segments import Segment
from customers.segments.segment.leaf import PREFIX
from customers.segments.tree import BadRule
from customers.selectors.audience import words
from customers.selectors.explanations import explained
from customers.selectors.members import Member, find_person, member_page, members_of_ids
from customers.selectors.portrait import portrait
from customers.selectors.segment_history import History, history_of
from customers.services.segment_exports import export_segment
from customers.views.segment_figures import (
    interval_words,
    ladder_figure,
    reach_split,
    sentence_of,
    words_of,
)

_COLUMNS = (
    "Customer",
    "Name",
    "E-mail",
    "Orders",
    "Spent, less refunds",
    "Last order",
    "May be mailed",
)


@brand_view("segments.view")
@require_safe
def segment(request: HttpRequest, brand: Brand, public_id: str) -> HttpResponse:
    kept = get_by_public_id(Segment, PREFIX, public_id)
    try:
        found = portrait(kept.rule, brand)
    except BadRule as error:
        broken = {"segment": kept, "own": public_id, "problem": error.message}
        return render(request, "customers/segments/broken.html", broken)
    page = member_page(kept.rule, as_of=brand.today, after=row_id(request.GET.get("after", "")))
    history = history_of(kept, brand)
    context = {
        "segment": kept,
        "own": public_id,
        "is_list": kept.kind == Segment.Kind.LIST,
        "people_form": PeopleForm(),
        "sentence": sentence_of(kept, words_of(brand)),
        "found": found,
        "split": reach_split(found, brand),
        "ladder": ladder_figure(found, brand),
        "interval": interval_words(found.came_back, brand),
        "history": history,
        "sizes": _sizes(history, brand),
        "members": [_member(member, brand) for member in page.members],
        "next_url": f"?after={page.after}#people" if page.after else "",
        "first_url": "?#people" if request.GET.get("after") else "",
    }
    return render(request, "customers/segments/page.html", context)


@brand_view("segments.view")
@require_safe
def segment_why(request: HttpRequest, brand: Brand, public_id: str) -> HttpResponse:
    """Why one person (`?customer=`, by id or e-mail) is in the segment, or is not."""
    kept = get_by_public_id(Segment, PREFIX, public_id)
    asked = request.GET.get("customer", "").strip()
    person = find_person(asked) if asked else None
    context = {
        "segment": kept,
        "own": public_id,
        "asked": asked,
        "person": person,
        "person_id": ids.encode("cus", person.uid) if person else "",
        "why": explained(kept.rule, person, as_of=brand.today) if person else None,
    }
    return render(request, "customers/segments/why.html", context)


@brand_view("customers.export")
@require_safe
def segment_export(request: HttpRequest, brand: Brand, public_id: str) -> HttpResponseBase:
    """A file of who is in the segment now; who took it is kept in the record of events."""
    kept = get_by_public_id(Segment, PREFIX, public_id)
    chosen = export_segment(segment=kept, as_of=brand.today)
    lines = csv_lines(chain([_COLUMNS], _cells(brand, chosen)))
    return csv_file(lines, name=slugify(kept.name) or "segment")


def _cells(brand: Brand, chosen: list[int]) -> Iterator[tuple[str, ...]]:
    for member in members_of_ids(brand.pk, chosen):
        yield (
            member.public_id,
            member.name,
            member.email,
            str(member.orders),
            str(to_decimal(member.net_minor, brand.currency)),
            member.last_order_on.isoformat() if member.last_order_on else "",
            f"no: {words(member.reason)}" if member.reason else "yes",
        )


def _member(member: Member, brand: Brand) -> tuple[Member, str, str]:
    """With what they spent, and why a mail would not reach them ("" when it would)."""
    spent = formats.amount(member.net_minor, brand.currency, brand.locale)
    return member, spent, member.reason and words(member.reason)


def _sizes(history: History, brand: Brand) -> Bars | None:
    if len(history.days) < 2:
        return None
    labels = [formats.day(day, brand.locale, year=False) for day in history.days]
    sizes = Series("Customers", history.sizes, "repeat")
    return Bars("Size over time", labels, [sizes], Unit(locale=brand.locale), period="End of")
