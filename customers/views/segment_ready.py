"""The gallery of ready segments: what each would be for this brand, and one click to keep it."""

from urllib.parse import urlencode

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import brand_view
from accounts.models.brands import Brand
from config.kit import formats, ids
from config.kit.errors import DomainError
from customers.forms.segments import rule_in
from customers.segments.ready import Ready, ready_segments
from customers.segments.segment.leaf import PREFIX
from customers.segments.tree import BadRule, parse_rule
from customers.segments.words import describe
from customers.selectors.habits import habits
from customers.selectors.portrait import portrait
from customers.services.segments import create_segment
from customers.views.segment_figures import words_of


@brand_view("segments.view")
@require_safe
def segment_ready(request: HttpRequest, brand: Brand) -> HttpResponse:
    words, found = words_of(brand), _ready(brand)
    cards = [
        {
            "ready": ready,
            "vals": msgspec.json.encode({"rule": _json(ready)}).decode(),
            "query": urlencode({"rule": _json(ready), "name": ready.name}),
            "sentence": describe(parse_rule(ready.rule), words),
        }
        for ready in found
        if ready.rule
    ]
    missing = [ready for ready in found if ready.missing]
    return render(request, "customers/segments/ready.html", {"cards": cards, "missing": missing})


@brand_view("segments.view")
@require_safe
def segment_figures(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Size, value and reach of `?rule=<json>`, for one card: a slow one delays no other."""
    try:
        found = portrait(rule_in(request.GET.get("rule", "")), brand)
    except BadRule as error:
        return render(request, "customers/segments/figures.html", {"problem": error.message})
    return render(request, "customers/segments/figures.html", {"found": found})


@brand_view("segments.edit")
@require_POST
def segment_ready_use(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Keep the one named by `key`; to the gallery with the reason when that cannot be."""
    key = request.POST.get("key", "")
    ready = next((one for one in _ready(brand) if one.key == key and one.rule), None)
    if ready is None:
        raise Http404
    try:
        kept = create_segment(name=ready.name, rule=ready.rule)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("segment_ready", brand.slug)
    messages.success(request, f"“{kept.name}” is saved among your segments.")
    return redirect("segment", brand.slug, ids.encode(PREFIX, kept.uid))


def _json(ready: Ready) -> str:
    return msgspec.json.encode(ready.rule).decode()


def _ready(brand: Brand) -> list[Ready]:
    found = habits(as_of=brand.today)
    big = formats.money(found.big_minor or 0, brand.currency, brand.locale, whole=True)
    return ready_segments(found, big)
