"""Terms for a partner: the brand proposes them, or agrees to what the partner proposed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import brand_view
from accounts.models.brands import Brand
from config.kit.errors import DomainError
from config.kit.forms import show_refusal
from partners.forms.terms import AgreeForm, TermsForm
from partners.rules.terms import PartnershipTerms
from partners.selectors.partnerships import newest_terms
from partners.services.agreements import agree_terms, propose_terms
from partners.views.partnerships import found


@brand_view("partners.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    """Begins with the newest terms, else with the usual ones."""
    row = found(partnership_id)
    newest = newest_terms(row)
    terms = newest.terms if newest else PartnershipTerms()
    number = newest.row.number if newest else 0
    form = TermsForm(
        request.POST or None, terms=terms, brand=brand, partner=row.name, answers=number
    )
    if request.method == "POST" and form.is_valid():
        try:
            propose_terms(row, form.terms(), answers=form.cleaned_data["answers"])
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"{row.name} is asked to agree, by e-mail.")
            return redirect("partnership", brand.slug, partnership_id)
    context = {"partnership": row, "partnership_id": partnership_id, "form": form}
    return render(request, "partners/staff/terms.html", context)


@brand_view("partners.edit")
@require_POST
def agree(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    row = found(partnership_id)
    form = AgreeForm(request.POST)
    if form.is_valid():
        agree_terms(row, **form.cleaned_data)
        messages.success(request, "Agreed.")
    else:
        messages.error(request, "Please read the terms again, and agree on the page.")
    return redirect("partnership", brand.slug, partnership_id)
