"""Sister brands: what each grants the other in writing, and what they settle."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import accesses, brand_view, get_by_public_id, get_or_404
from accounts.models.brands import Brand
from config.kit import formats
from config.kit.errors import DomainError
from partners.models.settlements import Statement
from partners.models.sisters import SisterPact
from partners.selectors import sisters as selectors
from partners.selectors.names import STATEMENT
from partners.selectors.partnerships import public_id
from partners.services import sisters as services


@brand_view("partners.view")
@require_safe
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    reached = [access.brand for access in accesses(request)]
    pacts = selectors.pacts_of(brand)
    context = {
        "pacts": [(each, _id_of(each)) for each in pacts],
        "possible": selectors.possible_sisters(brand, reached),
        "settlements": [
            (each, formats.money(each.amount_minor, each.currency, brand.locale))
            for each in selectors.settlements_of(brand)[:20]
        ],
    }
    return render(request, "partners/staff/sisters.html", context)


@brand_view("partners.edit")
@require_POST
def propose(request: HttpRequest, brand: Brand) -> HttpResponse:
    """One of the brands that the same person may open."""
    slug = request.POST.get("other", "")
    other = next((a.brand for a in accesses(request) if a.brand.slug == slug), brand)
    is_host = request.POST.get("side") == "host"
    host, guest = (brand, other) if is_host else (other, brand)
    try:
        services.propose_pact(host=host, guest=guest)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("sisters", brand.slug)


@brand_view("brand.edit")
@require_POST
def grant(request: HttpRequest, brand: Brand, pact_id: int) -> HttpResponse:
    assert request.user.pk is not None
    services.grant_pact(_pact(brand, pact_id), by_id=request.user.pk)
    messages.success(request, "Granted. It holds once the other brand has granted it too.")
    return redirect("sisters", brand.slug)


@brand_view("brand.edit")
@require_POST
def withdraw(request: HttpRequest, brand: Brand, pact_id: int) -> HttpResponse:
    assert request.user.pk is not None
    services.withdraw_grant(_pact(brand, pact_id), by_id=request.user.pk)
    messages.success(request, "Withdrawn. Nothing of it is sent or redeemed any more.")
    return redirect("sisters", brand.slug)


@brand_view("partners.pay")
@require_POST
def settle(request: HttpRequest, brand: Brand, statement_id: str) -> HttpResponse:
    rows = Statement.objects.select_related("partnership")
    statement = get_by_public_id(rows, STATEMENT, statement_id)
    try:
        services.settle_with_sister(statement)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Settled, in the books of both brands.")
    return redirect("statement", brand.slug, statement_id)


def _pact(brand: Brand, pact_id: int) -> SisterPact:
    """One of this brand's, or 404."""
    rows = SisterPact.objects.select_related("host", "guest")
    return get_or_404(rows.filter(selectors.of_brand(brand)), pk=pact_id)


def _id_of(pact: selectors.Pact) -> str:
    """Of the partnership: the host's page of it, and the guest's own pages, by one id."""
    return public_id(pact.partnership) if pact.partnership else selectors.door_of(pact.pact)
