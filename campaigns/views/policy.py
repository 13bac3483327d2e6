"""Settings, contact rules: how much mail customers get, and what other rules would change."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import brand_view
from accounts.models.brands import Brand
from campaigns.forms.policy import ContactRulesForm, others
from campaigns.rules.pressure import Rules, refusals
from campaigns.selectors import policy as selectors
from campaigns.services.policy import set_contact_rules
from config.kit.errors import DomainError
from config.kit.forms import show_refusal


@brand_view("brand.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def contact_rules(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            changed = set_contact_rules(form.rules())
        except DomainError as error:
            show_refusal(form, error)
        else:
            words = "Saved. It holds from the next mail on." if changed else "Nothing has changed."
            messages.success(request, words)
            return redirect("contact_rules", brand.slug)
    return render(request, "campaigns/policy/settings.html", _context(form))


@brand_view("brand.edit")
@require_POST
def contact_rules_effect(request: HttpRequest, brand: Brand) -> HttpResponse:
    """What the typed rules would have changed; without htmx the whole page with it."""
    context = _context(_form(request))
    is_part = request.htmx  # type: ignore[attr-defined]
    page = "effect" if is_part else "settings"
    return render(request, f"campaigns/policy/{page}.html", context)


def _form(request: HttpRequest) -> ContactRulesForm:
    data = request.POST if request.method == "POST" else None
    return ContactRulesForm(data, rules=selectors.contact_rules())


def _context(form: ContactRulesForm) -> dict[str, object]:
    held = selectors.contact_rules()
    rules: Rules | None = held
    if form.is_bound:
        rules = form.rules() if form.is_valid() else None
    if rules is not None and refusals(rules):
        rules = None
    return {
        "form": form,
        "words": [selectors.cap_words(cap) for cap in held.caps],
        "own_words": selectors.own_words(held),
        "quiet": held.quiet,
        "others": [selectors.cap_words(cap) for cap in others(held)],
        "effect": selectors.effect_of(rules) if rules is not None else None,
    }
