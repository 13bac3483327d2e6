"""Where a brand offers its referral programme outside of mails: code for the shop, and a card."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from config.kit.qr import qr_svg
from referrals.models.programmes import Programme
from referrals.selectors.landing import join_page
from referrals.selectors.report import PROGRAMME
from referrals.selectors.snippets import shown_offer, snippets


@brand_view("referrals.edit")
@require_safe
def places(request: HttpRequest, brand: Brand, programme_id: str) -> HttpResponse:
    """Asks for the right to edit: the key for orders is shown here."""
    programme = get_by_public_id(Programme, PROGRAMME, programme_id)
    page = join_page(brand, programme_id)
    context = {"programme": programme, "programme_id": programme_id, "is_open": page.is_open}
    context |= {"snippets": snippets(brand, programme), "offer": shown_offer(brand, page)}
    return render(request, "referrals/staff/places.html", context)


@brand_view("referrals.edit")
@require_safe
def card(request: HttpRequest, brand: Brand, programme_id: str) -> HttpResponse:
    """A card for parcels (A6), to be printed from the browser."""
    page = join_page(brand, programme_id)
    offer = shown_offer(brand, page)
    context = {"brand": brand, "page": page, "offer": offer}
    context["qr"] = SafeString(qr_svg(offer.address))
    return render(request, "referrals/staff/card.html", context)
