"""The page behind the unsubscribe link of a mail: looking changes nothing, the button does.

The one-click POST of mail programs never comes here: campaigns/edge.py answers it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from campaigns.selectors.content import keyring
from campaigns.selectors.preview import masked_address
from campaigns.services.feedback import has_unsubscribed, unsubscribe
from config.kit.tokens import Purpose, read_ticket


# Exempt: the unguessable token is the authority, and readers of mail often refuse cookies.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    ticket = read_ticket(keyring(), Purpose.UNSUBSCRIBE, token)
    brand = Brand.objects.get(pk=ticket.brand_id)
    with brand_scope(brand):
        if request.method == "POST":
            unsubscribe(ticket, source="page")
        context = {"done": has_unsubscribed(ticket), "brand": brand, "token": token}
        context["address"] = masked_address(ticket.customer_id)
    context["already"] = context["done"] and request.method != "POST"
    response = render(request, "campaigns/unsubscribe.html", context)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
