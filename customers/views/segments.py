"""Segments: the list, and the builder with its live count."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from config.kit import formats, ids
from config.kit.errors import DomainError
from customers.forms.segments import Draft, posted, prefilled, saved
from customers.models.segments import Segment
from customers.segments.base import Words
from customers.segments.builder import Group
from customers.segments.registry import SUBJECTS
from customers.segments.segment.leaf import PREFIX
from customers.segments.words import describe
from customers.selectors import segments as selectors
from customers.selectors.portrait import Contribution, portrait, portrait_with_rules
from customers.services.segments import create_segment, delete_segment, update_segment
from customers.views.segment_figures import (
    ladder_figure,
    reach_split,
    sentence_of,
    words_of,
)


@brand_view("segments.view")
@require_safe
def segments(request: HttpRequest, brand: Brand) -> HttpResponse:
    words = words_of(brand)
    rows = [_row(segment, words) for segment in selectors.segments()]
    return render(request, "customers/segments/list.html", {"rows": rows})


@brand_view("segments.view")
@require_safe
def segment_count(request: HttpRequest, brand: Brand, public_id: str) -> HttpResponse:
    """One row of the list, fetched when it comes into view: a slow segment delays no other."""
    segment = get_by_public_id(Segment, PREFIX, public_id)
    found = portrait(segment.rule, brand)
    row = _row(segment, words_of(brand)) | {
        "found": found,
        "net": formats.amount(found.net_minor, brand.currency, brand.locale),
        "ladder": found.ladder[:3],
    }
    return render(request, "customers/segments/list_row.html", {"row": row})


@brand_view("segments.edit")
@require_safe
def segment_new(request: HttpRequest, brand: Brand) -> HttpResponse:
    """An empty builder, or one filled in by a link elsewhere: `?rule=<json>&name=<text>`."""
    draft = prefilled(request.GET.get("rule", ""), request.GET.get("name", ""), brand)
    return _editor(request, brand, None, draft)


@brand_view("segments.edit")
@require_safe
def segment_edit(request: HttpRequest, brand: Brand, public_id: str) -> HttpResponse:
    found = get_by_public_id(Segment, PREFIX, public_id)
    return _editor(request, brand, found, saved(found, brand))


@brand_view("segments.edit")
@require_POST
def segment_save(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Save; or, when a row's button was pressed without scripts, show the changed builder."""
    found = _own(request)
    draft = posted(request.POST.dict(), brand, found)
    if request.POST.get("act"):
        return _editor(request, brand, found, draft)
    if draft.tree is None:
        return _editor(request, brand, found, draft, status=422)
    try:
        kept = _save(draft, found)
    except DomainError as error:
        draft.name_problem = error.message
        return _editor(request, brand, found, draft, status=error.status)
    messages.success(request, f"“{kept.name}” is saved.")
    return redirect("segment", brand.slug, ids.encode(PREFIX, kept.uid))


@brand_view("segments.edit")
@require_POST
def segment_panel(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Who is in the segment as the form stands, and what each of its rules does."""
    found = _own(request)
    draft = posted(request.POST.dict(), brand, found)
    context = {"root": draft.root, "draft": draft, **_panel(brand, draft)}
    return render(request, "customers/segments/panel_and_notes.html", context)


@brand_view("segments.edit")
@require_POST
def segment_rows(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The builder after a row came, went or changed its subject, or after a rule was written as
    text; it then asks for the panel."""
    found = _own(request)
    draft = posted(request.POST.dict(), brand, found)
    context = _builder(brand, found, draft) | {
        "reload": not (draft.text_problem or draft.json_problem)
    }
    return render(request, "customers/segments/builder_and_written.html", context)


@brand_view("segments.edit")
@require_POST
def segment_delete(request: HttpRequest, brand: Brand, public_id: str) -> HttpResponse:
    found = get_by_public_id(Segment, PREFIX, public_id)
    delete_segment(segment=found)
    messages.success(request, f"“{found.name}” is deleted.")
    return redirect("segments", brand.slug)


# --- What the views share ----------------------------------------------------------------


def _row(segment: Segment, words: Words) -> dict[str, Any]:
    return {
        "segment": segment,
        "public_id": ids.encode(PREFIX, segment.uid),
        "sentence": sentence_of(segment, words),
    }


def _own(request: HttpRequest) -> Segment | None:
    """The saved segment that the form belongs to."""
    public_id = request.POST.get("own", "")
    return get_by_public_id(Segment, PREFIX, public_id) if public_id else None


def _save(draft: Draft, found: Segment | None) -> Segment:
    if found is None:
        return create_segment(name=draft.name, rule=draft.rule)
    return update_segment(segment=found, name=draft.name, rule=draft.rule)


def _editor(
    request: HttpRequest, brand: Brand, found: Segment | None, draft: Draft, *, status: int = 200
) -> HttpResponse:
    context = {
        "known_values": selectors.known_values(),
        **_builder(brand, found, draft),
        **_panel(brand, draft),
    }
    return render(request, "customers/segments/editor.html", context, status=status)


def _builder(brand: Brand, found: Segment | None, draft: Draft) -> dict[str, Any]:
    own = ids.encode(PREFIX, found.uid) if found else ""
    names = selectors.names_by_public_id()
    return {
        "segment": found,
        "own": own,
        "draft": draft,
        "root": draft.root,
        "subjects": _menu(),
        "segment_names": {key: name for key, name in names.items() if key != own},
        "panel_url": reverse("segment_panel", args=[brand.slug]),
        "rows_url": reverse("segment_rows", args=[brand.slug]),
    }


def _menu() -> list[tuple[str, list[tuple[str, str]]]]:
    """The "what" menu by group."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for key, subject in SUBJECTS.items():
        groups.setdefault(subject.group, []).append((key, subject.label))
    return list(groups.items())


def _panel(brand: Brand, draft: Draft) -> dict[str, Any]:
    """Count, sample, reach, value, sentence and JSON; nothing of it while the rule cannot be
    used."""
    if draft.tree is None:
        return {"found": None}
    found, rules = portrait_with_rules(draft.tree, brand, as_of=draft.as_of)
    _note(draft.root, rules, brand)
    return {
        "found": found,
        "people": [(ids.encode("cus", person.uid), person) for person in found.people],
        "split": reach_split(found, brand),
        "ladder": ladder_figure(found, brand),
        "sentence": describe(draft.tree, words_of(brand)),
    }


def _note(root: Group, rules: tuple[Contribution, ...], brand: Brand) -> None:
    by_place = {rule.pointer: rule for rule in rules}
    for row in root.rows():
        rule = by_place[row.pointer]
        does = "removes" if rule.removes > 0 else "adds"
        number = formats.number(abs(rule.removes), brand.locale)
        row.note = f"{formats.number(rule.alone, brand.locale)} match; " + (
            f"this rule {does} {number}" if rule.removes else "this rule changes nothing"
        )
