"""The page behind the link of a double opt-in: looking changes nothing, the button does."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from config.kit.clock import now
from config.kit.errors import Conflict
from customers.services.opt_in import confirm_opt_in, open_request, ticket_of


# Exempt: the unguessable token is the authority, and readers of mail often refuse cookies.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    brand = Brand.objects.get(pk=ticket_of(token).brand_id)
    with brand_scope(brand):
        asked = open_request(token)
        context = {"brand": brand, "asked": asked, "state": _state(request, token)}
    response = render(request, "customers/permissions/confirm.html", context)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _state(request: HttpRequest, token: str) -> str:
    """open, done, used or expired."""
    if request.method == "POST":
        try:
            confirm_opt_in(token, ip=request.META.get("REMOTE_ADDR", ""))
        except Conflict as error:
            return error.code
        return "done"
    asked = open_request(token)
    if asked.confirmed_at is not None:
        return "used"
    return "open" if asked.expires_at > now() else "expired"
