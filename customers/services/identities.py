"""How a customer is known: add, take away and choose addresses, phones and ids of other systems."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, naming
from config.kit.text import clean_text, email_key
from customers.events.customers import CustomerChanged
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.rules.addresses import is_relay_address
from customers.rules.phones import MAX_PHONE, phone_key
from customers.selectors.erasure import is_erased
from customers.services.dirty import mark_dirty

MAX_VALUE = 254
MAX_SOURCE = 30
MAX_IDENTITIES = 50


@dataclass(frozen=True, slots=True)
class Name:
    """One thing a customer is known by, as an identity row holds it."""

    kind: str
    source: str
    value: str
    norm: str


def email_name(address: str) -> Name:
    """An e-mail address in NFC, casefolded, its domain in IDNA form. Raises Invalid.

    The part before the @ loses its case for every brand: no mail service of weight tells "Jo" from
    "jo", and who unsubscribed as one must not get mail as the other."""
    with naming("email"):
        norm = email_key(address)
    return Name(Identity.Kind.EMAIL, "", clean_text(address, max_length=MAX_VALUE), norm)


def phone_name(number: str, country: str) -> Name:
    """A telephone number in E.164; a national one is read as one of `country`. Raises Invalid."""
    value = _clean("phone", number, MAX_PHONE)
    with naming("phone"):
        return Name(Identity.Kind.PHONE, "", value, phone_key(value, country or brand_country()))


def external_name(value: str, source: str) -> Name:
    """The id that the system `source` has for a customer. Raises Invalid."""
    cleaned = _clean("external_id", value, MAX_VALUE)
    return Name(Identity.Kind.EXTERNAL, _clean("source", source, MAX_SOURCE), cleaned, cleaned)


def brand_country() -> str:
    return Brand.objects.values_list("country", flat=True).get(pk=current_brand_id())


def add_names(customer: Customer, names: Collection[Name]) -> int:
    """Give the customer those it does not have yet; how many. One of somebody else's raises
    IntegrityError, but for a phone: a household shares it, and it stays with who had it first."""
    has = set(customer.identities.values_list("kind", "source", "value_norm"))
    phones = [name.norm for name in names if name.kind == Identity.Kind.PHONE]
    if phones:
        taken = Identity.objects.filter(kind=Identity.Kind.PHONE, value_norm__in=phones)
        has |= set(taken.values_list("kind", "source", "value_norm"))
    missing = [name for name in names if (name.kind, name.source, name.norm) not in has]
    write_names([(customer, name) for name in missing])
    return len(missing)


def write_names(names: Collection[tuple[Customer, Name]]) -> None:
    """Their identity rows; a phone that somebody has already is left out."""
    for is_phone in (False, True):
        Identity.objects.bulk_create(
            [
                Identity(
                    customer_id=customer.pk,
                    kind=name.kind,
                    source=name.source,
                    value=name.value,
                    value_norm=name.norm,
                )
                for customer, name in names
                if (name.kind == Identity.Kind.PHONE) == is_phone
            ],
            ignore_conflicts=is_phone,
        )


def add_identity(
    *, customer: Customer, kind: str, value: str, source: str = "", is_primary: bool = False
) -> Identity:
    """Know the customer by one more e-mail, phone or external id; one it has already is no mistake.

    Raises Invalid for what cannot be used, Conflict when it is somebody else's or was erased."""
    name = _name_of(customer, kind, value, source)
    if name.kind == Identity.Kind.EMAIL and is_erased(name.norm):
        raise Conflict(
            "The person with this address asked to be erased, so it cannot be added.", code="erased"
        )
    with transaction.atomic():
        stored = _locked(customer)
        if stored.identities.count() >= MAX_IDENTITIES:
            raise Conflict(f"A customer is known by at most {MAX_IDENTITIES} names.", code="full")
        identity, created = _got_or_made(stored, name)
        if identity.customer_id != stored.pk:
            raise Conflict(
                f"{identity.value} belongs to another customer. Merge them if they are one person.",
                code="belongs_to_another",
            )
        current = stored.email_norm if kind == Identity.Kind.EMAIL else stored.phone
        if is_primary or (kind != Identity.Kind.EXTERNAL and not current):
            _make_primary(stored, identity)
        elif created:
            _changed(stored)
    return identity


def remove_identity(*, identity: Identity) -> None:
    """No longer know the customer by it. Another address of the kind, the oldest, takes its place.

    Raises Conflict for the last one: nobody could recognise the customer then."""
    with transaction.atomic():
        customer = _locked(identity.customer)
        others = [other for other in customer.identities.order_by("id") if other != identity]
        if not others:
            raise Conflict(
                "This is all the customer is known by. Add another name first.",
                code="last_identity",
            )
        identity.delete()
        if identity.kind == Identity.Kind.EXTERNAL or not _is_primary(customer, identity):
            _changed(customer)
            return
        heir = next((other for other in others if other.kind == identity.kind), None)
        _make_primary(customer, heir or Identity(kind=identity.kind, value="", value_norm=""))


def make_primary(*, identity: Identity) -> None:
    """Write to, or ring, the customer here from now on. Raises Invalid for an external id."""
    if identity.kind == Identity.Kind.EXTERNAL:
        raise Invalid.at(
            "kind", "Only an e-mail address or a telephone number can be the main one."
        )
    with transaction.atomic():
        customer = _locked(identity.customer)
        if not _is_primary(customer, identity):
            _make_primary(customer, identity)


def _name_of(customer: Customer, kind: str, value: str, source: str) -> Name:
    if kind == Identity.Kind.EMAIL:
        return email_name(value)
    if kind == Identity.Kind.PHONE:
        return phone_name(value, customer.country)
    if kind == Identity.Kind.EXTERNAL and value and source:
        return external_name(value, source)
    raise Invalid.at(
        "source" if kind == Identity.Kind.EXTERNAL else "kind",
        "Give the kind: email, phone, or external with the system it belongs to.",
    )


def _locked(customer: Customer) -> Customer:
    """Raises Conflict for a customer that has become another, or was erased, meanwhile."""
    stored = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if stored.merged_into_id is not None or stored.erased_at is not None:
        raise Conflict("This record is no longer in use.", code="not_in_use")
    return stored


def _got_or_made(customer: Customer, name: Name) -> tuple[Identity, bool]:
    key = {"kind": name.kind, "source": name.source, "value_norm": name.norm}
    identity = Identity.objects.filter(**key).first()
    if identity is not None:
        return identity, False
    try:
        with transaction.atomic():
            return Identity.objects.create(customer=customer, value=name.value, **key), True
    except IntegrityError:
        # Somebody else has just written it.
        return Identity.objects.get(**key), False


def _is_primary(customer: Customer, identity: Identity) -> bool:
    if identity.kind == Identity.Kind.EMAIL:
        return customer.email_norm == identity.value_norm
    return customer.phone == identity.value_norm


def _make_primary(customer: Customer, identity: Identity) -> None:
    if identity.kind == Identity.Kind.EMAIL:
        _changed(
            customer,
            email=identity.value,
            email_norm=identity.value_norm,
            is_relay=is_relay_address(identity.value_norm),
        )
    else:
        _changed(customer, phone=identity.value_norm)


def _changed(customer: Customer, **columns: str | bool) -> None:
    Customer.objects.filter(pk=customer.pk).update(**columns, updated_at=now())
    mark_dirty([customer.pk])
    record(CustomerChanged(subject_id=customer.pk))


def _clean(field: str, value: str, max_length: int) -> str:
    with naming(field, aloud=True):
        return clean_text(value, max_length=max_length)
