"""The cookie by which a customer's browser is known again, and the page on which another browser
is let in."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from campaigns.selectors.preview import masked_address
from config.kit.errors import DomainError
from config.kit.limits import count_within
from customers.models.customers import Customer
from customers.rules.permissions import network_of
from referrals.services.devices import Typed, bind_first, is_device, new_key, send_code, type_code

_YEAR_SECONDS = 365 * 24 * 3600
# From one network, over all customers: what a household types, not what a program guesses.
_MOST_TYPED = 30
_WORDS = {
    Typed.WRONG: "That is not the code. Please look once more.",
    Typed.NONE: "This code works no more. Please have a new one sent.",
}
Found = Callable[[], Customer]


def key_of(request: HttpRequest, brand: Brand) -> str:
    """What the browser's cookie says; each brand has one of its own."""
    return request.COOKIES.get(_name(brand), "")[:100]


def knows(request: HttpRequest, brand: Brand, customer: Customer) -> bool:
    """Whether the customer has pressed a button in this browser before."""
    return is_device(customer, key_of(request, brand))


def admitted(request: HttpRequest, brand: Brand, customer: Customer) -> str:
    """The browser's key when it may act for the customer, as the first one that tries does; else
    "": it needs a code."""
    key = key_of(request, brand) or new_key()
    return key if bind_first(customer, key, network=network(request)) else ""


def remembered(
    response: HttpResponse, request: HttpRequest, brand: Brand, key: str
) -> HttpResponse:
    response.set_cookie(
        _name(brand),
        key,
        max_age=_YEAR_SECONDS,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def network(request: HttpRequest) -> str:
    """Where the request came from, as touches keep it; "" unknown."""
    try:
        return network_of(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""


def device_page(
    request: HttpRequest, brand: Brand, find_customer: Found, *, back: str
) -> HttpResponse:
    """Have a code mailed to the customer's own address, and type it; then on to `back`."""
    said, key = "", ""
    is_sent = request.method == "POST"
    if request.method == "POST":
        said, key = _answered(request, brand, find_customer)
    if key:
        return remembered(redirect(back), request, brand, key)
    with brand_scope(brand):
        address = masked_address(find_customer().pk)
    context = {"brand": brand, "address": address, "back": back, "problem": said}
    return render(request, "referrals/portal/device.html", {**context, "is_sent": is_sent})


def _answered(request: HttpRequest, brand: Brand, find_customer: Found) -> tuple[str, str]:
    """What is wrong, and the key of a browser that was let in."""
    with brand_scope(brand):
        if "code" not in request.POST:
            return _sent(find_customer()), ""
        left, _ = count_within(f"portal_code:{network(request)}", most=_MOST_TYPED, seconds=3600)
        if left < 0:
            return "That were too many tries. Please come back in an hour.", ""
        key = key_of(request, brand) or new_key()
        typed = request.POST["code"][:20]
        outcome = type_code(find_customer(), typed, key, network=network(request))
    return _WORDS.get(outcome, ""), key if outcome is Typed.RIGHT else ""


def _sent(customer: Customer) -> str:
    try:
        send_code(customer)
    except DomainError as error:
        return error.message
    return ""


def _name(brand: Brand) -> str:
    return f"rapport_device_{brand.pk}"
