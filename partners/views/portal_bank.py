"""Where a partner's money goes: the last four signs of it, and a new account in its place."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.second_factor import second_factor_required
from config.kit.errors import DomainError
from config.kit.forms import show_refusal
from partners.access import partner_view
from partners.forms.bank import bank_form
from partners.models.partnerships import Partnership
from partners.selectors.bank_details import bank_details_of
from partners.selectors.partnerships import public_id
from partners.services.bank_details import save_bank_details


@partner_view
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_required
def page(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    form = bank_form(partnership.brand.country)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            save_bank_details(partnership, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Saved. We have sent you a mail about it."))
            return redirect("partner_bank", public_id(partnership))
    context = {"form": form, "details": bank_details_of(partnership)}
    return render(request, "partners/portal/bank.html", context)
