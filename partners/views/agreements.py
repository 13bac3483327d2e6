"""The terms in plain words, the partner's name to them, and what the partner proposes instead."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.kit.errors import DomainError
from config.kit.forms import show_refusal
from partners.access import partner_view
from partners.forms.terms import AgreeForm, CounterForm
from partners.models.partnerships import Partnership
from partners.selectors.partnerships import newest_terms, public_id, versions
from partners.selectors.terms import can_talk_terms, term_history, term_lines
from partners.services.agreements import agree_terms, propose_terms


@partner_view
@require_safe
def page(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    found = versions(partnership)
    context = {
        "versions": [(each, term_lines(each.terms, partnership)) for each in found],
        "history": term_history(found, partnership),
        "can_propose": bool(found) and can_talk_terms(partnership),
    }
    return render(request, "partners/portal/agreement.html", context)


@partner_view
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Other terms than those of the newest version, which both sides find on the page."""
    newest = newest_terms(partnership)
    if newest is None or not can_talk_terms(partnership):
        return redirect("partner_agreement", public_id(partnership))
    brand = partnership.brand
    form = CounterForm(
        request.POST or None,
        terms=newest.terms,
        brand=brand,
        partner=partnership.name,
        answers=newest.row.number,
    )
    if request.method == "POST" and form.is_valid():
        try:
            propose_terms(partnership, form.terms(), answers=form.cleaned_data["answers"] or 0)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request, _("Sent. They hold once %(brand)s agrees.") % {"brand": brand.name}
            )
            return redirect("partner_agreement", public_id(partnership))
    return render(request, "partners/portal/terms.html", {"form": form, "newest": newest})


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
