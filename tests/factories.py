"""Makers of test rows. Each is explicit about the brand: the one in scope, or the one given."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any

from accounts.models.brands import Brand
from accounts.models.organisations import Organisation
from customers.models.consents import Basis, Channel, Consent, ConsentState, Purpose
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.models.orders import Order


def brand(*, organisation: Organisation, name: str, slug: str, **fields: Any) -> Brand:
    row = new_brand(organisation=organisation, name=name, slug=slug, **fields)
    row.save()
    return row


def new_brand(*, organisation: Organisation, name: str, slug: str, **fields: Any) -> Brand:
    """One that is not stored yet."""
    values = {
        "currency": "GBP",
        "postal_address": f"{name}, 1 High Street, London N1 1AA",
        "sender_name": name,
        "sender_email": f"hello@{slug}.example",
    }
    return Brand(organisation=organisation, name=name, slug=slug, **{**values, **fields})


def customer(*, email: str = "", **fields: Any) -> Customer:
    """A customer of the brand in scope, with the identity of its e-mail address."""
    first, last = fields.get("first_name", ""), fields.get("last_name", "")
    row = Customer.objects.create(
        email=email,
        email_norm=email.casefold(),
        name_norm=f"{first} {last}".strip().casefold(),
        **fields,
    )
    if email:
        Identity.objects.create(
            customer=row, kind=Identity.Kind.EMAIL, value=email, value_norm=email.casefold()
        )
    return row


def order(
    customer: Customer, *, source_id: str, on: date, minor: int = 1000, source: str = "test"
) -> Order:
    """One order at noon UTC of the day; its facts row is refreshed by whoever needs it."""
    return Order.objects.create(
        customer=customer,
        source=source,
        source_id=source_id,
        placed_at=datetime(on.year, on.month, on.day, 12, tzinfo=UTC),
        placed_on=on,
        gross_minor=minor,
        content_hash=hashlib.sha256(source_id.encode()).digest(),
    )


def consent(customer: Customer, *, granted: bool = True) -> None:
    """The customer allows (or has withdrawn) marketing mail: ledger and current state."""
    status = Consent.Status.GRANTED if granted else Consent.Status.WITHDRAWN
    at = datetime(2026, 1, 1, tzinfo=UTC)
    common: dict[str, Any] = {
        "customer": customer,
        "purpose": Purpose.MARKETING,
        "channel": Channel.EMAIL,
        "status": status,
        "basis": Basis.CONSENT,
        "at": at,
    }
    Consent.objects.create(source="test", **common)
    ConsentState.objects.create(**common)
