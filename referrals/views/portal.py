"""A customer's own page of a referral programme: looking changes nothing, its buttons do."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models.brands import Brand
from accounts.public import public_page
from accounts.scope import Actor, acting, brand_scope
from campaigns.selectors.content import keyring
from config.kit.errors import DomainError
from config.kit.paging import row_id
from config.kit.tokens import Purpose, Ticket, read_ticket
from customers.models.customers import Customer
from referrals.selectors.addresses import person
from referrals.selectors.portal import portal_of
from referrals.services import portal as services
from referrals.views.devices import admitted, device_page, remembered

# What a press did, as the page says it afterwards.
_DONE = {
    "join": "Welcome! This is your link.",
    "text": "Saved. These are your words from now on.",
    "appeal": "Thank you. We will have another look.",
}
Act = Callable[[HttpRequest, Ticket, Customer], None]


@public_page("GET", "HEAD")
def page(request: HttpRequest, token: str) -> HttpResponse:
    ticket, brand = _opened(token)
    before = row_id(request.GET.get("before", ""))
    with brand_scope(brand):
        customer = person(ticket.customer_id)
        portal = portal_of(brand, ticket.campaign_id, customer, before=before)
        context = {"brand": brand, "portal": portal, "token": token}
    context["done"] = _DONE.get(request.GET.get("done", ""), "")
    return render(request, "referrals/portal/page.html", context)


@public_page("POST")
def act(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Join, save one's own words, ask for another look: only on a device of the customer's."""
    if name not in _ACTS:
        raise Http404
    ticket, brand = _opened(token)
    with brand_scope(brand):
        customer = person(ticket.customer_id)
        key = admitted(request, brand, customer)
        if not key:
            return redirect("portal_device", token)
        problem = _done(request, ticket, customer, name)
    if problem:
        context = {"brand": brand, "problem": problem, "back": reverse("portal", args=[token])}
        return render(request, "referrals/portal/problem.html", context, status=409)
    response = redirect(f"{reverse('portal', args=[token])}?done={name}")
    return remembered(response, request, brand, key)


@public_page("GET", "HEAD", "POST")
def device(request: HttpRequest, token: str) -> HttpResponse:
    ticket, brand = _opened(token)
    back = reverse("portal", args=[token])
    return device_page(request, brand, lambda: person(ticket.customer_id), back=back)


def _opened(token: str) -> tuple[Ticket, Brand]:
    ticket = read_ticket(keyring(), Purpose.PORTAL, token)
    return ticket, Brand.objects.get(pk=ticket.brand_id)


def _done(request: HttpRequest, ticket: Ticket, customer: Customer, name: str) -> str:
    """What is wrong, in words; "" when it is done."""
    try:
        with acting(Actor("customer", customer.pk)):
            _ACTS[name](request, ticket, customer)
    except DomainError as error:
        return error.message
    return ""


def _join(request: HttpRequest, ticket: Ticket, customer: Customer) -> None:
    services.join_from_page(ticket.campaign_id, customer)


def _text(request: HttpRequest, ticket: Ticket, customer: Customer) -> None:
    services.save_words(ticket.campaign_id, customer, request.POST.get("text", ""))


def _appeal(request: HttpRequest, ticket: Ticket, customer: Customer) -> None:
    services.ask_again(ticket.campaign_id, customer)


_ACTS: dict[str, Act] = {"join": _join, "text": _text, "appeal": _appeal}
