"""The page of one reward. Looking at it, as mail scanners do, changes nothing; its button claims
the reward, once, and shows the same code ever after."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models.brands import Brand
from accounts.public import public_page
from accounts.scope import Actor, acting, brand_scope
from campaigns.selectors.content import keyring
from config.kit.errors import DomainError
from config.kit.tokens import Purpose, Ticket, read_ticket
from customers.models.customers import Customer
from referrals.models.rewards import Reward
from referrals.selectors.addresses import person, portal_address
from referrals.selectors.claims import claim_of, reward_behind
from referrals.services.rewards import claim
from referrals.views.devices import admitted, device_page, knows, remembered


@public_page("GET", "HEAD", "POST")
def page(request: HttpRequest, token: str) -> HttpResponse:
    ticket, brand = _opened(token)
    key = problem = ""
    with brand_scope(brand):
        reward = reward_behind(ticket.customer_id)
        customer = person(reward.customer_id)
        if request.method == "POST":
            key = admitted(request, brand, customer)
            if not key:
                return redirect("reward_device", token)
            problem = _claimed(reward, customer)
        is_known = bool(key) or knows(request, brand, customer)
        context = _context(reward.pk, brand, customer, is_known=is_known)
    context |= {"token": token, "problem": problem}
    response = render(
        request, "referrals/portal/claim.html", context, status=409 if problem else 200
    )
    return remembered(response, request, brand, key) if key else response


@public_page("GET", "HEAD", "POST")
def device(request: HttpRequest, token: str) -> HttpResponse:
    ticket, brand = _opened(token)
    back = reverse("reward", args=[token])
    return device_page(request, brand, lambda: _whose(ticket), back=back)


def _opened(token: str) -> tuple[Ticket, Brand]:
    ticket = read_ticket(keyring(), Purpose.REWARD, token)
    return ticket, Brand.objects.get(pk=ticket.brand_id)


def _whose(ticket: Ticket) -> Customer:
    return person(reward_behind(ticket.customer_id).customer_id)


def _claimed(reward: Reward, customer: Customer) -> str:
    """What is wrong, in words; "" when it is claimed, now or before."""
    try:
        with acting(Actor("customer", customer.pk)):
            claim(reward)
    except DomainError as error:
        return error.message
    return ""


def _context(
    reward_id: int, brand: Brand, customer: Customer, *, is_known: bool
) -> dict[str, object]:
    shown = claim_of(reward_behind(reward_id), brand, is_known=is_known)
    portal = portal_address(programme_id=shown.reward.programme_id, customer_id=customer.pk)
    return {"brand": brand, "claim": shown, "portal": portal if is_known else ""}
