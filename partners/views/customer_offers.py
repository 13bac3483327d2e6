"""A customer's own page of partners' offers, behind the link in their mails: looking changes
nothing, buttons do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models.brands import Brand
from accounts.public import public_page
from accounts.scope import brand_scope
from campaigns.selectors.content import keyring
from campaigns.services.preferences import topics_of
from config.kit.errors import DomainError
from config.kit.tokens import Purpose, Ticket, read_ticket
from customers.models.customers import Customer
from partners.forms.wishes import WishesForm
from partners.selectors.own_page import cards_for, offer_at, person
from partners.selectors.readers import reader_of
from partners.selectors.vouchers import voucher_address
from partners.services.claims import take_offer
from partners.services.consents import answer


@public_page("GET", "HEAD")
def page(request: HttpRequest, token: str, offer_id: str = "") -> HttpResponse:
    """Live offers for whoever said yes, else the question; the one that a mail was about first."""
    ticket, brand = _opened(token)
    with brand_scope(brand):
        customer = person(ticket.customer_id)
        context = _context(brand, customer, token, offer_id)
    context["is_saved"] = request.GET.get("done") == "1"
    return render(request, "partners/customer/offers.html", context)


@public_page("POST")
def take(request: HttpRequest, token: str, offer_id: str) -> HttpResponse:
    """Take an offer, and see its voucher."""
    ticket, brand = _opened(token)
    place = request.POST.get("place", "page")
    with brand_scope(brand):
        customer = person(ticket.customer_id)
        try:
            voucher = take_offer(offer_at(offer_id), customer, place=place)
        except DomainError as refused:
            context = {**_context(brand, customer, token), "problem": refused.message}
            return render(request, "partners/customer/offers.html", context, status=409)
        return redirect(voucher_address(voucher.pk))


@public_page("POST")
def wishes(request: HttpRequest, token: str) -> HttpResponse:
    """Yes or no to such offers, to kinds of them, to single businesses."""
    ticket, brand = _opened(token)
    with brand_scope(brand):
        customer = person(ticket.customer_id)
        form = WishesForm(request.POST, topics=topics_of(customer))
        if form.is_valid():
            answer(customer, form.wanted, place="page")
    return redirect(f"{reverse('customer_offers', args=[token])}?done=1")


def _opened(token: str) -> tuple[Ticket, Brand]:
    ticket = read_ticket(keyring(), Purpose.OFFERS, token)
    return ticket, Brand.objects.get(pk=ticket.brand_id)


def _context(brand: Brand, customer: Customer, token: str, offer_id: str = "") -> dict[str, object]:
    reader = reader_of(customer)
    cards = cards_for(brand, reader)
    return {
        "brand": brand,
        "token": token,
        "reader": reader,
        "asked_for": offer_id,
        "chosen": [card for card in cards if card.public_id == offer_id],
        "cards": [card for card in cards if card.public_id != offer_id],
        "form": WishesForm(topics=topics_of(customer)),
    }
