"""Settings, control group: its size with what it costs, and what it shows."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import brand_view
from accounts.models.brands import Brand
from customers.forms.experiments import BrandControlForm
from customers.selectors import experiments as selectors
from customers.services.experiments import set_brand_control


@brand_view("brand.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def brand_control(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        changed = set_brand_control(form.cleaned_data["percent"])
        words = "Saved. It holds for every campaign launched from now on."
        messages.success(request, words if changed else "Nothing has changed.")
        return redirect("brand_control", brand.slug)
    return render(request, "customers/experiments/settings.html", _context(form))


@brand_view("brand.edit")
@require_POST
def brand_control_effect(request: HttpRequest, brand: Brand) -> HttpResponse:
    """What the typed size would mean; without htmx the whole page with it."""
    context = _context(_form(request))
    is_part = request.htmx  # type: ignore[attr-defined]
    page = "effect" if is_part else "settings"
    return render(request, f"customers/experiments/{page}.html", context)


def _form(request: HttpRequest) -> BrandControlForm:
    control = selectors.brand_control()
    percent = control.percent if control else selectors.OFFERED_PERCENT
    data = request.POST if request.method == "POST" else None
    return BrandControlForm(data, initial={"percent": percent})


def _context(form: BrandControlForm) -> dict[str, object]:
    control = selectors.brand_control()
    percent = form.initial["percent"]
    if form.is_bound:
        percent = form.cleaned_data["percent"] if form.is_valid() else None
    present = control if control is not None and control.percent > 0 else None
    return {
        "form": form,
        "control": control,
        "is_on": present is not None,
        "percent": percent,
        "effect": selectors.effect_of(percent) if percent is not None else None,
        "lift": selectors.brand_lift(present) if present else None,
        "judged_from": selectors.judged_from(present.since) if present else None,
        "history": selectors.brand_control_history(),
    }
