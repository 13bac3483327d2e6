"""Adding and changing customers, however many programs speak of the same person at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.db.models import CharField

from accounts.services.events import record
from config.kit.clock import now
from config.kit.countries import country_name
from config.kit.errors import Conflict, Invalid, naming
from config.kit.text import clean_text, name_key
from customers.events.customers import CustomerChanged, CustomerCreated
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.rules.addresses import is_relay_address
from customers.rules.attributes import Value, merged
from customers.selectors.erasure import is_erased
from customers.services.attributes import read_attributes, refresh_values
from customers.services.dirty import mark_dirty
from customers.services.facts import refresh_facts
from customers.services.identities import Name, add_names, email_name, external_name, phone_name

_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is said of a customer; None leaves a field as it is, "" empties it. A telephone number
    is kept in E.164; a national one is read as of `country`, else of the brand's. A country is
    kept by its one name ("United Kingdom" for "GB"), other text as it was written.

    `attributes` are merged by name, each read by its attribute's kind; an empty value takes one
    away."""

    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    country: str | None = None
    city: str | None = None
    language: str | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Upserted:
    customer: Customer
    created: bool
    changed: bool


def upsert_customer(
    *,
    email: str = "",
    external_id: str = "",
    source: str = "api",
    details: Details = Details(),
    simulated: bool = False,
) -> Upserted:
    """The customer known by the external id of `source`, else by the e-mail, else a new one.

    Raises Invalid for what cannot be used, Conflict when the id and the e-mail belong to
    two different customers, or the address to somebody who was erased."""
    names = names_of(email=email, external_id=external_id, source=source)
    if not names:
        raise Invalid("Give an e-mail address or an external id.", fields={"email": "missing"})
    refuse_erased(names)
    values = cleaned_details(details)
    attributes = read_attributes(details.attributes)
    for _ in range(_TRIES):
        known = _find(names)
        try:
            with transaction.atomic():
                if known is None:
                    return _create(names, values, attributes, simulated=simulated)
                return _change(known, names, values, attributes)
        except IntegrityError as error:
            # Somebody else has just written one of these identities: read again and join them.
            if "identity_once" not in str(error):
                raise
    raise Conflict("This customer is being changed by too many programs at once. Try again.")


def names_of(*, email: str, external_id: str, source: str) -> list[Name]:
    """What a program calls a customer by, in normal form. Raises Invalid."""
    names = [external_name(external_id, source)] if external_id else []
    return [*names, email_name(email)] if email else names


def refuse_erased(names: list[Name]) -> None:
    """Raises Conflict for an address whose owner asked to be erased."""
    email = _email_of(names)
    if email and is_erased(email.norm):
        raise Conflict(
            "The person with this address asked to be erased, so they are not added again.",
            code="erased",
        )


def _find(names: list[Name]) -> Customer | None:
    """Locked, so that two changes of one customer follow each other."""
    owners = []
    for name in names:
        identity = Identity.objects.filter(
            kind=name.kind, source=name.source, value_norm=name.norm
        ).first()
        if identity is not None and identity.customer_id not in owners:
            owners.append(identity.customer_id)
    if len(owners) > 1:
        raise Conflict(
            "The external id and the e-mail address belong to two different customers. "
            "Merge them first, or leave one of the two out.",
            code="two_customers",
        )
    if not owners:
        return None
    rows = Customer.objects.select_for_update(no_key=True)
    found = rows.get(pk=owners[0])
    if found.erased_at is not None:
        # While we waited for the lock; none of the names is theirs any more.
        refuse_erased(names)
        return None
    # It may have become another while we waited for the lock.
    return rows.get(pk=found.merged_into_id) if found.merged_into_id else found


def _create(
    names: list[Name],
    values: dict[str, str],
    attributes: dict[str, Value | None],
    *,
    simulated: bool,
) -> Upserted:
    email = _email_of(names)
    phones = phone_of(values, values.get("country", ""))
    customer = Customer.objects.create(
        **values,
        email=email.value if email else "",
        email_norm=email.norm if email else "",
        is_relay=is_relay_address(email.norm) if email else False,
        name_norm=name_key(values.get("first_name", ""), values.get("last_name", "")),
        attributes=merged({}, attributes),
        simulated=simulated,
    )
    add_names(customer, [*names, *phones])
    customer.refresh_from_db(fields=["uid"])
    # Everybody has a facts row, also before the first order.
    refresh_facts(customer_ids=[customer.pk])
    if attributes:
        refresh_values(customer_ids=[customer.pk])
    mark_dirty([customer.pk])
    record(CustomerCreated(subject_id=customer.pk))
    return Upserted(customer, created=True, changed=True)


def _change(
    customer: Customer,
    names: list[Name],
    values: dict[str, str],
    attributes: dict[str, Value | None],
) -> Upserted:
    email = _email_of(names)
    phones = phone_of(values, values.get("country", customer.country))
    wanted: dict[str, Any] = dict(values)
    if email:
        wanted |= {
            "email": email.value,
            "email_norm": email.norm,
            "is_relay": is_relay_address(email.norm),
        }
    wanted["name_norm"] = name_key(
        values.get("first_name", customer.first_name), values.get("last_name", customer.last_name)
    )
    wanted["attributes"] = merged(customer.attributes, attributes)
    changed = [name for name, value in wanted.items() if getattr(customer, name) != value]
    added = add_names(customer, [*names, *phones])
    for name in changed:
        setattr(customer, name, wanted[name])
    if changed or added:
        customer.updated_at = now()
        customer.save(update_fields=[*changed, "updated_at"])
        if "attributes" in changed:
            refresh_values(customer_ids=[customer.pk])
        mark_dirty([customer.pk])
        record(CustomerChanged(subject_id=customer.pk))
    return Upserted(customer, created=False, changed=bool(changed or added))


def _email_of(names: list[Name]) -> Name | None:
    return next((name for name in names if name.kind == Identity.Kind.EMAIL), None)


def phone_of(values: dict[str, str], country: str) -> list[Name]:
    """The number in `values`, put there in its normal form. What cannot be read as one stays as it
    was typed and makes nobody known: a shop's odd entry is no reason to lose the customer."""
    if not values.get("phone"):
        return []
    try:
        name = phone_name(values["phone"], country)
    except Invalid:
        return []
    values["phone"] = name.norm
    return [name]


def cleaned_details(details: Details) -> dict[str, str]:
    """The columns that something is said of. Raises Invalid."""
    given = {
        entry.name: getattr(details, entry.name)
        for entry in fields(Details)
        if entry.name != "attributes"
    }
    values = {
        name: _clean(name, value, _longest(name))
        for name, value in given.items()
        if value is not None
    }
    if "country" in values:
        values["country"] = country_name(values["country"])
    return values


def _longest(field_name: str) -> int:
    column = cast("CharField[str, str]", Customer._meta.get_field(field_name))
    return column.max_length or 0


def _clean(name: str, value: str, max_length: int) -> str:
    with naming(name, aloud=True):
        return clean_text(value, max_length=max_length)
