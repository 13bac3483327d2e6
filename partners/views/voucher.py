"""A customer's voucher behind the link in their mail: a card to show at the partner's. Looking at
it changes nothing and leaves no cookie."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from accounts.models.brands import Brand
from accounts.public import public_page
from accounts.scope import brand_scope
from campaigns.selectors.content import keyring
from config.kit.tokens import Purpose, read_ticket
from partners.selectors.voucher_card import card_of


@public_page("GET", "HEAD")
def page(request: HttpRequest, token: str) -> HttpResponse:
    ticket = read_ticket(keyring(), Purpose.VOUCHER, token)
    brand = Brand.objects.get(pk=ticket.brand_id)
    with brand_scope(brand):
        card = card_of(brand, ticket.customer_id)
    context = {"brand": brand, "card": card, "qr": SafeString(card.qr)}
    return render(request, "partners/vouchers/card.html", context)
