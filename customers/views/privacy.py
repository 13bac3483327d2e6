"""A customer's wish: hand over a copy, or erase, and the report of what was done."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from accounts.models.users import User
from config.kit import ids
from config.kit.clock import now
from customers.forms.permissions import EraseForm
from customers.models.consents import PrivacyRequest
from customers.models.customers import Customer
from customers.services import privacy as services

CUSTOMER = "cus"
REQUEST = "prv"


@brand_view("customers.erase")
@require_safe
def customer_privacy(request: HttpRequest, brand: Brand, public_id: str) -> HttpResponse:
    person = get_by_public_id(Customer, CUSTOMER, public_id)
    return _page(request, person, _form(None, person))


@brand_view("customers.erase")
@require_POST
def customer_copy(request: HttpRequest, brand: Brand, public_id: str) -> HttpResponse:
    person = get_by_public_id(Customer, CUSTOMER, public_id)
    made = services.request_copy(customer=person, by_id=cast(User, request.user).pk)
    return redirect("privacy_request", brand.slug, ids.encode(REQUEST, made.uid))


@brand_view("customers.erase")
@require_POST
def customer_erase(request: HttpRequest, brand: Brand, public_id: str) -> HttpResponse:
    person = get_by_public_id(Customer, CUSTOMER, public_id)
    form = _form(request, person)
    if not form.is_valid():
        return _page(request, person, form)
    made = services.erase_customer(customer=person, by_id=cast(User, request.user).pk)
    messages.success(request, "The customer is erased. Uploaded files are being looked through.")
    return redirect("privacy_request", brand.slug, ids.encode(REQUEST, made.uid))


@brand_view("customers.erase")
@require_safe
def privacy_request(request: HttpRequest, brand: Brand, request_id: str) -> HttpResponse:
    made = get_by_public_id(PrivacyRequest.objects.select_related("customer"), REQUEST, request_id)
    by = User.objects.filter(pk=made.requested_by_id or 0).first()
    until = made.requested_at + services.LINK_LIVES
    context = {"made": made, "by": by, "until": until, "is_open": until > now()}
    return render(request, "customers/privacy/request.html", {**context, "public_id": request_id})


@brand_view("customers.erase")
@require_safe
def privacy_copy(request: HttpRequest, brand: Brand, request_id: str) -> HttpResponse:
    """The ZIP itself, for 15 minutes, to whoever may do this at that moment."""
    made = get_by_public_id(PrivacyRequest.objects.select_related("customer"), REQUEST, request_id)
    response = HttpResponse(services.copy_of(made), content_type="application/zip")
    name = f"{brand.slug}-{ids.encode(CUSTOMER, made.customer.uid)}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _form(request: HttpRequest | None, person: Customer) -> EraseForm:
    expected = person.email or "erase"
    return EraseForm(request.POST if request else None, expected=expected)


def _page(request: HttpRequest, person: Customer, form: EraseForm) -> HttpResponse:
    done = PrivacyRequest.objects.filter(customer=person).order_by("-pk")[:20]
    context = {
        "customer": person,
        "public_id": ids.encode(CUSTOMER, person.uid),
        "form": form,
        "requests": [(row, ids.encode(REQUEST, row.uid)) for row in done],
    }
    return render(request, "customers/privacy/page.html", context)
