"""Who said yes to partners' offers, how to ask the others, and what is sent to them at all."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import brand_view
from accounts.models.brands import Brand
from campaigns.selectors.policy import contact_rules, own_words
from config.kit import formats
from config.kit.errors import DomainError
from config.kit.figures import Bars, Series
from customers.selectors import audience
from partners.forms.offer_rules import OfferRulesForm
from partners.selectors.consent_drive import Drive, drive
from partners.selectors.relevance import offer_rules
from partners.selectors.topics import wording
from partners.services.offer_rules import set_offer_rules


@brand_view("partners.view")
@require_safe
def page(request: HttpRequest, brand: Brand) -> HttpResponse:
    return _shown(request, brand, OfferRulesForm(brand=brand, rules=offer_rules()))


@brand_view("partners.edit")
@require_POST
def rules(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = OfferRulesForm(request.POST, brand=brand, rules=offer_rules())
    if form.is_valid():
        try:
            set_offer_rules(**form.chosen)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "Saved. It holds from the next offer on.")
        return redirect("partner_consent", brand.slug)
    return _shown(request, brand, form)


def _shown(request: HttpRequest, brand: Brand, form: OfferRulesForm) -> HttpResponse:
    found, (words, version) = drive(brand), wording()
    left_out = [(audience.words(code), count) for code, count in found.reach.left_out.items()]
    context = {
        "drive": found,
        "figure": _over_time(brand, found),
        "left_out": left_out,
        "words": words,
        "version": version,
        "limits": own_words(contact_rules()),
        "form": form,
    }
    return render(request, "partners/staff/consent.html", context)


def _over_time(brand: Brand, found: Drive) -> Bars:
    return Bars(
        caption="Who said yes, and who said no, in each month",
        labels=[formats.month(month, brand.locale) for month, _, _ in found.months],
        series=[
            Series("Yes", [yes for _, yes, _ in found.months], "venture"),
            Series("No", [no for _, _, no in found.months], "neutral"),
        ],
        period="Month",
    )
