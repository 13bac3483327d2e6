"""Settings, permissions: legal grounds by country with their effect, sign-ups, wordings."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import brand_view, get_or_404
from accounts.models.brands import Brand
from config.kit.errors import DomainError
from customers.forms.permissions import PermissionRuleForm, SignUpForm, WordingForm
from customers.models.consents import Basis, PermissionRule, purpose_label
from customers.selectors import consents as selectors
from customers.selectors.segments import known_values
from customers.services import permissions as services


@brand_view("brand.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def permissions(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = _rule_form(request)
    if request.method == "POST" and form.is_valid():
        services.set_permission_rule(**form.cleaned_data)
        messages.success(request, "Saved. It counts from now on, for campaigns being sent too.")
        return redirect("permissions", brand.slug)
    return render(request, "customers/permissions/settings.html", _context(form))


@brand_view("brand.edit")
@require_POST
def permission_effect(request: HttpRequest, brand: Brand) -> HttpResponse:
    """What the typed rule would do; without htmx the whole page with it."""
    form = _rule_form(request)
    effect = services.effect_of_rule(**form.cleaned_data) if form.is_valid() else None
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "customers/permissions/effect.html", {"effect": effect})
    return render(
        request, "customers/permissions/settings.html", {**_context(form), "effect": effect}
    )


@brand_view("brand.edit")
@require_POST
def permission_rule_delete(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    services.delete_permission_rule(get_or_404(PermissionRule, pk=pk))
    messages.success(request, "The rule is gone.")
    return redirect("permissions", brand.slug)


@brand_view("brand.edit")
@require_POST
def sign_ups(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = SignUpForm(request.POST)
    form.full_clean()
    services.set_double_opt_in(is_double=form.cleaned_data["is_double"])
    messages.success(request, "Saved.")
    return redirect("permissions", brand.slug)


@brand_view("brand.edit")
@require_POST
def wording_new(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = WordingForm(request.POST)
    if form.is_valid():
        try:
            services.add_wording(**form.cleaned_data)
        except DomainError as error:
            form.add_error("version", error.message)
        else:
            messages.success(request, "The wording is kept.")
            return redirect("permissions", brand.slug)
    context = {**_context(_rule_form(request, bound=False)), "wording_form": form}
    return render(request, "customers/permissions/settings.html", context)


def _rule_form(request: HttpRequest, *, bound: bool = True) -> PermissionRuleForm:
    """Bound to what was typed; else filled with the rule of `?country=`."""
    if request.method == "POST" and bound:
        return PermissionRuleForm(request.POST)
    chosen = request.GET.get("country", "")
    rules = {rule.country: rule for rule in selectors.permission_rules()}
    rule = rules.get(chosen)
    initial = {
        "country": chosen,
        "bases": rule.bases if rule else list(selectors.ALL_BASES),
        "implied_days": rule.implied_days if rule else selectors.IMPLIED_DAYS,
    }
    return PermissionRuleForm(initial=initial)


def _context(form: PermissionRuleForm) -> dict[str, object]:
    return {
        "form": form,
        "rules": [
            (rule, [Basis(basis).label for basis in rule.bases])
            for rule in selectors.permission_rules()
        ],
        "countries": [value for value, _ in known_values()["country"]],
        "sign_up_form": SignUpForm(initial={"is_double": selectors.is_double_opt_in()}),
        "wordings": [(row, purpose_label(row.purpose)) for row in selectors.wordings()],
        "wording_form": WordingForm(),
    }
