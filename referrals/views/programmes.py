"""The brand's referral programmes: the list, a new one, its page and the few acts it knows."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from config.kit import ids
from config.kit.errors import DomainError
from config.kit.figures import Funnel, Unit
from config.kit.figures import Step as FunnelStep
from config.kit.forms import show_refusal
from customers.models.segments import Segment
from referrals.forms.programmes import NewProgrammeForm
from referrals.models.programmes import Programme
from referrals.rules.figures import MIN_PEOPLE
from referrals.rules.terms import Terms
from referrals.selectors import funnel, summaries
from referrals.selectors.funnel import Advocates
from referrals.selectors.programmes import current_version, terms_of
from referrals.selectors.report import PROGRAMME, owed, programme_rows
from referrals.selectors.wording import sum_words
from referrals.services import programmes as services

_SEGMENT = "seg"


@brand_view("referrals.view")
@require_safe
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    return render(request, "referrals/staff/list.html", {"rows": programme_rows()})


@brand_view("referrals.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Name it; it begins with the preset, and the four steps change what they like."""
    form = NewProgrammeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            programme = services.create_programme(form.cleaned_data["name"])
        except DomainError as error:
            show_refusal(form, error)
        else:
            public_id = ids.encode(PROGRAMME, programme.uid)
            return redirect("referral_programme_setup", brand.slug, public_id, "offer")
    return render(request, "referrals/staff/new.html", {"form": form})


@brand_view("referrals.view")
@require_safe
def show(request: HttpRequest, brand: Brand, programme_id: str) -> HttpResponse:
    """What came of it; a draft is still being set up. `?period=` days, `?segment=` of advocates."""
    programme = get_by_public_id(Programme, PROGRAMME, programme_id)
    context: dict[str, Any] = {"programme": programme, "programme_id": programme_id}
    if programme.version:
        version = current_version(programme)
        terms = terms_of(version)
        context |= {
            "version_note": f"Version {version.number}",
            "promises": summaries.promises(terms, brand),
            "rules": summaries.rules(terms, brand),
            "trial": summaries.trial(terms, brand),
            "arms": _arms(brand, programme, terms),
            "owed": [sum_words(amount, unit, brand) for unit, amount in owed(programme)],
            **_report(request, brand, programme, programme_id),
        }
    return render(request, "referrals/staff/programme.html", context)


@brand_view("referrals.view")
@require_safe
def compared(request: HttpRequest, brand: Brand, programme_id: str) -> HttpResponse:
    """A part of the page that looks at all customers, so it comes after the rest."""
    programme = get_by_public_id(Programme, PROGRAMME, programme_id)
    found = funnel.compared(brand.today)
    context: dict[str, Any] = {
        "repeat": found.repeat,
        "net": found.net,
        "age": funnel.AGE_DAYS,
        "least": MIN_PEOPLE,
        "lift": None,
    }
    if programme.version:
        context["lift"] = funnel.lift(programme, terms_of(current_version(programme)))
    return render(request, "referrals/staff/compared.html", context)


@brand_view("referrals.edit")
@require_POST
def pause(request: HttpRequest, brand: Brand, programme_id: str) -> HttpResponse:
    return _turn(request, brand, programme_id, act=services.pause_programme)


@brand_view("referrals.edit")
@require_POST
def resume(request: HttpRequest, brand: Brand, programme_id: str) -> HttpResponse:
    return _turn(request, brand, programme_id, act=services.resume_programme)


@brand_view("referrals.edit")
@require_POST
def end(request: HttpRequest, brand: Brand, programme_id: str) -> HttpResponse:
    return _turn(request, brand, programme_id, act=services.end_programme)


_DONE: dict[Callable[[Programme], Programme], str] = {
    services.pause_programme: "Paused. What was promised stays; nothing new is.",
    services.resume_programme: "It is live again.",
    services.end_programme: "Ended. Friends who have claimed may still order in their days.",
}


def _turn(
    request: HttpRequest, brand: Brand, programme_id: str, *, act: Callable[[Programme], Programme]
) -> HttpResponse:
    act(get_by_public_id(Programme, PROGRAMME, programme_id))
    messages.success(request, _DONE[act])
    return redirect("referral_programme", brand.slug, programme_id)


def _report(
    request: HttpRequest, brand: Brand, programme: Programme, programme_id: str
) -> dict[str, Any]:
    asked = request.GET.get("period", "")
    days = int(asked) if asked.isdecimal() and int(asked) in funnel.PERIODS else 0
    wanted = request.GET.get("segment", "")
    segment = get_by_public_id(Segment, _SEGMENT, wanted) if wanted else None
    found = funnel.report(brand, programme, days=days, segment=segment)
    here = reverse("referral_programme", args=[brand.slug, programme_id])
    kept = f"&segment={wanted}" if wanted else ""
    return {
        "report": found,
        "figure": Funnel(
            [FunnelStep(step.label, step.people, "referral") for step in found.steps],
            Unit(locale=brand.locale),
        ),
        "headings": [words for _, words, _ in funnel.STEPS.values()],
        "least": MIN_PEOPLE,
        "days": days,
        "periods": [
            (words, f"{here}?period={each}{kept}") for each, words in funnel.PERIODS.items()
        ],
        "period": funnel.PERIODS[days],
        "segments": [
            (ids.encode(_SEGMENT, row.uid), row.name) for row in Segment.objects.order_by("name")
        ],
        "wanted": wanted,
    }


def _arms(brand: Brand, programme: Programme, terms: Terms) -> list[tuple[str, Advocates]]:
    """The offers of the experiment by name; none without one."""
    if not terms.arms:
        return []
    names = dict(enumerate(arm.name for arm in terms.arms))
    return [
        ("As in the offer" if row.arm is None else names.get(row.arm, "An earlier offer"), row)
        for row in funnel.arms(brand, programme)
    ]
