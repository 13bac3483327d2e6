"""Settings, sending domains: add one, copy its records, see what is published."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brand_view, get_or_404
from accounts.models.brands import Brand
from campaigns.forms.domains import DomainForm
from campaigns.models.domains import SendingDomain
from campaigns.rules.domains import is_within
from campaigns.selectors import domains as selectors
from campaigns.services import domains as services
from config.kit.errors import DomainError


@brand_view("brand.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = DomainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_domain(**form.cleaned_data)
        except DomainError as error:
            form.add_error("domain", error.message)
        else:
            messages.success(request, "Added. Publish its records, then check.")
            return redirect("sending_domains", brand.slug)
    rows = selectors.domains()
    context = {
        "form": form,
        "domains": [(row, selectors.rows_of(row)) for row in rows],
        "sender": brand.sender_email,
        "sends_from": next((r for r in rows if is_within(brand.sender_email, r.domain)), None),
    }
    return render(request, "campaigns/domains/list.html", context)


@brand_view("brand.edit")
@require_safe
def card(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """One domain, while it is being looked at."""
    return _card(request, get_or_404(SendingDomain, pk=pk))


@brand_view("brand.edit")
@require_POST
def check(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    row = get_or_404(SendingDomain, pk=pk)
    services.request_check(row)
    if request.htmx:  # type: ignore[attr-defined]
        return _card(request, row)
    return redirect("sending_domains", brand.slug)


@brand_view("brand.edit")
@require_POST
def new_key(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    services.change_key(get_or_404(SendingDomain, pk=pk))
    messages.success(request, "There is a new key. Publish its record, then check.")
    return redirect("sending_domains", brand.slug)


@brand_view("brand.edit")
@require_POST
def delete(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    services.delete_domain(get_or_404(SendingDomain, pk=pk))
    messages.success(request, "The domain is gone.")
    return redirect("sending_domains", brand.slug)


def _card(request: HttpRequest, row: SendingDomain) -> HttpResponse:
    context = {"domain": row, "rows": selectors.rows_of(row)}
    return render(request, "campaigns/domains/card.html", context)
