"""The terms in plain words, and the partner's name to them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partners.access import partner_view
from partners.forms.terms import AgreeForm
from partners.models.partnerships import Partnership
from partners.selectors.partnerships import public_id, versions
from partners.selectors.terms import term_lines
from partners.services.agreements import agree_terms


@partner_view
@require_safe
def page(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    found = [(each, term_lines(each.terms, partnership)) for each in versions(partnership)]
    return render(request, "partners/portal/agreement.html", {"versions": found})


@partner_view
@require_POST
def agree(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    form = AgreeForm(request.POST)
    if form.is_valid():
        agree_terms(partnership, **form.cleaned_data)
        messages.success(request, _("Agreed. Both of you have put your name to it."))
    else:
        messages.error(request, _("Please read the terms again, and agree on this page."))
    return redirect("partner_agreement", public_id(partnership))
