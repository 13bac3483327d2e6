"""Setting a referral programme up in four steps; every change is kept in its draft."""

from typing import Any, Protocol

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from config.kit.errors import DomainError
from referrals.forms.offers import KINDS, OfferForms
from referrals.forms.rules import RulesForm, others
from referrals.forms.words import TrialForms, WordsForm
from referrals.models.programmes import Programme
from referrals.rules.obstacles import SPENT_IN_SHOP, obstacles
from referrals.rules.terms import Terms
from referrals.selectors import estimates, summaries
from referrals.selectors.programmes import current_version, draft_of, spends, terms_of
from referrals.selectors.report import PROGRAMME
from referrals.services.programmes import go_live, save_draft

STEPS = {
    "offer": "What they get",
    "rules": "What counts",
    "words": "Words and looks",
    "start": "Check and start",
}
_ORDER = list(STEPS)


class StepForms(Protocol):
    """What the forms of a step can do."""

    def is_valid(self) -> bool: ...

    def terms(self, base: Terms) -> Terms: ...


@brand_view("referrals.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, brand: Brand, programme_id: str, name: str) -> HttpResponse:
    """One step. Typing keeps the draft; the button goes on."""
    programme = _open(programme_id, name)
    data = request.POST if request.method == "POST" else None
    forms = _forms(name, data, draft_of(programme), brand)
    is_kept = data is not None and _keep(programme, forms)
    context = {"programme_id": programme_id, **_beside(name, programme, brand)}
    if data is not None and request.htmx:  # type: ignore[attr-defined]
        part = context | {"is_kept": is_kept}
        return render(request, "referrals/staff/setup_beside.html", part)
    if is_kept:
        return redirect(_after(name, brand, programme_id))
    page = context | _context(name, programme, forms, brand)
    return render(request, "referrals/staff/setup.html", page)


@brand_view("referrals.edit")
@require_POST
def start(request: HttpRequest, brand: Brand, programme_id: str) -> HttpResponse:
    """Put the draft in force: the first time, or as a new version."""
    programme = get_by_public_id(Programme, PROGRAMME, programme_id)
    was = programme.version
    try:
        version = go_live(programme)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("referral_programme_setup", brand.slug, programme_id, "start")
    words = "It is live." if not was else f"Version {version.number} holds from now on."
    messages.success(request, words)
    return redirect("referral_programme", brand.slug, programme_id)


def _open(programme_id: str, name: str) -> Programme:
    if name not in STEPS:
        raise Http404
    programme = get_by_public_id(Programme, PROGRAMME, programme_id)
    if programme.state == Programme.State.ENDED:
        raise Http404
    return programme


def _keep(programme: Programme, forms: StepForms) -> bool:
    """Whether what was typed can be meant; then it is the draft."""
    if not forms.is_valid():
        return False
    save_draft(programme, terms=forms.terms(draft_of(programme)))
    return True


def _forms(name: str, data: QueryDict | None, terms: Terms, brand: Brand) -> StepForms:
    currency = brand.currency
    if name == "offer":
        return OfferForms(data, terms=terms, offered=_offered(terms), currency=currency)
    if name == "rules":
        return RulesForm(data, terms=terms, currency=currency)
    if name == "words":
        return WordsForm(data, terms=terms)
    return TrialForms(data, terms=terms, currency=currency)


def _offered(terms: Terms) -> dict[str, str]:
    """The kinds that the brand can spend, and those that stand in the terms already."""
    can_spend = spends()
    rewards = [terms.advocate, terms.friend, *(tier.reward for tier in terms.tiers)]
    used = {reward.kind for reward in rewards if reward}
    return {
        kind: label
        for kind, label in KINDS.items()
        if kind not in SPENT_IN_SHOP or kind in can_spend or kind in used
    }


def _after(name: str, brand: Brand, programme_id: str) -> str:
    """The next step; the last one stays."""
    following = _ORDER[min(_ORDER.index(name) + 1, len(_ORDER) - 1)]
    return reverse("referral_programme_setup", args=[brand.slug, programme_id, following])


def _context(name: str, programme: Programme, forms: StepForms, brand: Brand) -> dict[str, Any]:
    unnamed = others(draft_of(programme).qualifying)
    return {
        "other_conditions": summaries.conditions(unnamed, brand),
        "number": _ORDER.index(name) + 1,
        "steps": list(STEPS.items()),
        "title": STEPS[name],
        "step_template": f"referrals/staff/setup_{name}.html",
        "forms": forms,
        "is_last": name == _ORDER[-1],
    }


def _beside(name: str, programme: Programme, brand: Brand) -> dict[str, Any]:
    """What stands beside the form, and follows it."""
    terms = draft_of(programme)
    problems = obstacles(terms, spends=spends())
    found: dict[str, Any] = {
        "name": name,
        "programme": programme,
        "problems": list(problems.values()),
        "promises": summaries.promises(terms, brand),
    }
    if programme.version:
        found["changes"] = summaries.changes(terms_of(current_version(programme)), terms, brand)
    if name in {"rules", "start"}:
        found["tried"] = estimates.tried(terms)
    if name == "start":
        found |= {
            "rules": summaries.rules(terms, brand),
            "trial": summaries.trial(terms, brand),
            "cost": estimates.cost(terms),
            "reach": estimates.reach(terms),
            "replay": estimates.replay(terms),
            "budget": terms.caps.budget,
            "score": terms.review.hold_score,
        }
    return found
