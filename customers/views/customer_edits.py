"""What somebody changes on a profile: notes, tags, attributes, addresses."""

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.access import brand_view, get_by_public_id, get_or_404
from accounts.models.brands import Brand
from config.kit.errors import DomainError
from customers.models.customers import Customer, Note
from customers.models.identities import Identity
from customers.selectors.customers import living
from customers.services import identities, notes
from customers.services.attributes import set_attributes
from customers.services.tags import set_tags

PREFIX = "cus"
_ATTRIBUTE = "attribute."


@brand_view("customers.edit")
@require_POST
def note_write(request: HttpRequest, brand: Brand, public_id: str) -> HttpResponse:
    person = _person(public_id)
    text, author = request.POST.get("text", ""), request.user.pk
    return _done(
        request,
        brand,
        public_id,
        act=lambda: notes.write_note(customer=person, text=text, author_id=author),
        said="The note is kept.",
    )


@brand_view("customers.edit")
@require_POST
def note_change(request: HttpRequest, brand: Brand, public_id: str, pk: int) -> HttpResponse:
    """The new text; without one the note is deleted."""
    get_by_public_id(Customer, PREFIX, public_id)
    note, text, author = get_or_404(Note, pk=pk), request.POST.get("text", ""), request.user.pk
    if request.POST.get("act") == "delete":
        return _done(
            request,
            brand,
            public_id,
            act=lambda: notes.delete_note(note=note, author_id=author),
            said="The note is deleted.",
        )
    return _done(
        request,
        brand,
        public_id,
        act=lambda: notes.change_note(note=note, text=text, author_id=author),
        said="The note is changed.",
    )


@brand_view("customers.edit")
@require_POST
def customer_edit(request: HttpRequest, brand: Brand, public_id: str) -> HttpResponse:
    """Tags and the brand's own attributes."""
    person = _person(public_id)
    given = {
        name.removeprefix(_ATTRIBUTE): value
        for name, value in request.POST.items()
        if name.startswith(_ATTRIBUTE) and isinstance(value, str)
    }

    def save() -> None:
        set_attributes(customer=person, given=given)
        set_tags(customer=person, tags=request.POST.get("tags", "").split(","))

    return _done(request, brand, public_id, act=save, said="Saved.")


@brand_view("customers.edit")
@require_POST
def identity_add(request: HttpRequest, brand: Brand, public_id: str) -> HttpResponse:
    person = _person(public_id)
    kind, value = request.POST.get("kind", ""), request.POST.get("value", "")
    source = request.POST.get("source", "")
    return _done(
        request,
        brand,
        public_id,
        act=lambda: identities.add_identity(customer=person, kind=kind, value=value, source=source),
        said="Added.",
    )


@brand_view("customers.edit")
@require_POST
def identity_change(request: HttpRequest, brand: Brand, public_id: str, pk: int) -> HttpResponse:
    """Make it the one that is written to, or take it away."""
    person = _person(public_id)
    identity = get_or_404(Identity, pk=pk, customer=person)
    if request.POST.get("act") == "primary":
        return _done(
            request,
            brand,
            public_id,
            act=lambda: identities.make_primary(identity=identity),
            said=f"{identity.value} is used from now on.",
        )
    return _done(
        request,
        brand,
        public_id,
        act=lambda: identities.remove_identity(identity=identity),
        said=f"{identity.value} is taken away.",
    )


def _person(public_id: str) -> Customer:
    """Of somebody erased nothing is written down again."""
    return get_by_public_id(living(), PREFIX, public_id)


def _done(
    request: HttpRequest, brand: Brand, public_id: str, *, act: Callable[[], object], said: str
) -> HttpResponse:
    """Back to the profile, with what was done or why not."""
    try:
        with transaction.atomic():
            act()
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect("customer", brand.slug, public_id)
