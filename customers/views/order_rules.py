"""Which orders count: the rule, and its effect before it is saved."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brand_view
from accounts.models.brands import Brand
from config.kit import formats
from config.kit.figures import Bars, Series, Unit
from customers.forms.order_rules import OrderRuleForm
from customers.rules.ladder import ordinal
from customers.selectors import counting
from customers.services.order_rules import change_order_rule


@brand_view("brand.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def order_rule(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = _form(request, brand)
    if request.method == "POST" and form.is_valid():
        change_order_rule(form.rule())
        messages.success(request, "Saved. The figures follow in the background.")
        return redirect("order_rule", brand.slug)
    context = {"form": form, "judging": counting.judging()}
    return render(request, "customers/order_rule.html", context)


@brand_view("brand.edit")
@require_POST
def order_rule_preview(request: HttpRequest, brand: Brand) -> HttpResponse:
    """What the typed rule would do; without htmx the whole page with it."""
    form = _form(request, brand)
    context = {"form": form, **(_effect(form, brand) if form.is_valid() else {})}
    is_part = request.htmx  # type: ignore[attr-defined]
    page = "customers/order_rule_effect.html" if is_part else "customers/order_rule.html"
    return render(request, page, context)


@brand_view("brand.edit")
@require_safe
def order_rule_progress(request: HttpRequest, brand: Brand) -> HttpResponse:
    return render(request, "customers/order_rule_progress.html", {"judging": counting.judging()})


def _form(request: HttpRequest, brand: Brand) -> OrderRuleForm:
    data = request.POST if request.method == "POST" else None
    return OrderRuleForm(data, rule=counting.counting_rule(), currency=brand.currency)


def _effect(form: OrderRuleForm, brand: Brand) -> dict[str, object]:
    found = counting.preview(form.rule())
    return {
        "effect": found,
        "orders": formats.number(found.then.orders, brand.locale),
        "net": formats.money(found.then.net_minor, brand.currency, brand.locale, whole=True),
        "figure": Bars(
            caption="Customers who reached each number of orders, now and with this rule",
            labels=[
                f"{ordinal(rung)} {when}"
                for rung in range(1, counting.RUNGS + 1)
                for when in ("now", "then")
            ],
            series=[
                Series("Now", _every_other(found.now.reached, 0), "neutral"),
                Series("With this rule", _every_other(found.then.reached, 1), "repeat"),
            ],
            unit=Unit(locale=brand.locale),
            period="Order",
        ),
    }


def _every_other(values: list[int], offset: int) -> list[int]:
    """Values at each second place, so that now and then stand side by side."""
    row = [0] * (2 * len(values))
    row[offset::2] = values
    return row
