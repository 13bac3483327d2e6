"""Adding and changing many customers at once: what `upsert_customer` does, in a few statements.

All items of a call are played through in memory, one after the other, on the locked rows of
everybody they name; then what came of it is written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db import IntegrityError, connection, transaction
from msgspec import UNSET

from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit import ids
from config.kit.clock import now
from config.kit.errors import Conflict, DomainError, Invalid
from config.kit.sql import load
from config.kit.text import name_key
from customers.events.customers import CustomersUpserted
from customers.models.attributes import AttributeDefinition
from customers.models.consents import Suppression
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.rules.addresses import is_relay_address
from customers.rules.attributes import Value, merged
from customers.rules.bulk import Items, Outcome, Problem
from customers.rules.bulk_customers import NewCustomer
from customers.selectors.attributes import current_reading
from customers.selectors.erasure import hash_of
from customers.services.attributes import clean_names, declare_missing, read_known, refresh_values
from customers.services.bulk_consents import state_consents
from customers.services.customers import Details, cleaned_details, names_of, phone_of
from customers.services.dirty import mark_dirty
from customers.services.facts import refresh_facts
from customers.services.identities import Name, brand_country, write_names

_TRIES = 5
_COLUMNS = ("first_name", "last_name", "phone", "country", "city", "language")
_TWO = Problem(
    "",
    "The external id and the e-mail address belong to two different customers. Merge them first, "
    "or leave one of the two out.",
)
ERASED = Problem("/email", "The person with this address asked to be erased.")


@dataclass(slots=True)
class Person:
    """What one item says of somebody."""

    names: list[Name]
    values: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, Value | None] = field(default_factory=dict)


@dataclass(slots=True)
class _Book:
    """Everybody the items name, as they stand while the items are played through."""

    owners: dict[tuple[str, str, str], Customer]
    erased: set[str]
    country: str
    phones: set[str]
    new: list[Customer] = field(default_factory=list)
    changed: dict[int, Customer] = field(default_factory=dict)
    names: list[tuple[Customer, Name]] = field(default_factory=list)
    with_attributes: set[int] = field(default_factory=set)


class _Overtaken(Exception):
    """Somebody named was merged or erased while we waited for their row."""


def upsert_customers(items: Items[NewCustomer], *, batch_id: int | None = None) -> list[Outcome]:
    """Add or change the customers told of; one outcome for each item, in the body's order.

    Facts, promoted attributes, permissions and segments' queue follow; one event for the call."""
    with transaction.atomic():
        people = _people(items)
        found = upsert_people(people, batch_id=batch_id)
        acts = {
            at: (customer, act)
            for at, (_, customer) in found.items()
            if (act := items.usable[at].consent) is not None
        }
        items.problems.update(state_consents(acts))
        outcomes = {
            at: Outcome(status, ids.encode("cus", customer.uid))
            for at, (status, customer) in found.items()
        }
    return items.outcomes(outcomes)


def upsert_people(
    people: "People", *, batch_id: int | None = None
) -> dict[int, tuple[str, Customer]]:
    """What became of each person (created, updated, unchanged), and who it is.

    Persons that cannot be used move to `people.problems`."""
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                return _upsert(people, batch_id)
        except _Overtaken:
            continue
        except IntegrityError as error:
            # Somebody else has just written one of these identities: read again and join them.
            if "identity_once" not in str(error):
                raise
    raise Conflict("These customers are being changed by too many programs at once. Try again.")


@dataclass(slots=True)
class People:
    """Persons by the place of their item, and the problems of the others."""

    by_place: dict[int, Person]
    problems: dict[int, Problem]


def _people(items: Items[NewCustomer]) -> People:
    people = People({}, items.problems)
    said = {at: (item, _names(item, people, at)) for at, item in items.usable.items()}
    known = _declared([name for _, given in said.values() for name, v in given.items() if v])
    reading = current_reading()
    for at, (item, given) in said.items():
        if at in people.problems:
            continue
        try:
            people.by_place[at] = _person(item, read_known(given, known, reading))
        except DomainError as error:
            people.problems[at] = problem_of(error)
    return people


def _names(item: NewCustomer, people: People, at: int) -> dict[str, object]:
    try:
        return clean_names(item.attributes)
    except DomainError as error:
        people.problems[at] = problem_of(error)
        return {}


def _declared(names: Collection[str]) -> dict[str, AttributeDefinition]:
    """All definitions, after the names never heard of have been declared together."""
    return declare_missing(set(names)) if names else {}


def problem_of(error: DomainError) -> Problem:
    """A service's refusal as the problem of one item."""
    place = next(iter(error.fields), "")
    return Problem(f"/{place}" if place else "", error.message)


def _person(said: NewCustomer, attributes: dict[str, Value | None]) -> Person:
    names = names_of(email=said.email, external_id=said.external_id, source="api")
    if not names:
        raise Invalid("Give an e-mail address or an external id.", fields={"email": "missing"})
    given = {name: getattr(said, name) for name in _COLUMNS}
    details = Details(**{name: text for name, text in given.items() if text is not UNSET})
    return Person(names, cleaned_details(details), attributes)


def _upsert(people: People, batch_id: int | None) -> dict[int, tuple[str, Customer]]:
    book = _open(people.by_place.values())
    found: dict[int, tuple[str, Customer]] = {}
    problems: dict[int, Problem] = {}
    for at, person in people.by_place.items():
        played = _play(book, person)
        if isinstance(played, Problem):
            problems[at] = played
        else:
            found[at] = played
    _write(book)
    _settle(book, batch_id)
    people.problems.update(problems)
    return found


def _open(people: Collection[Person]) -> _Book:
    """The locked rows of everybody named, by each name. In id order, as everybody locks them."""
    names = {(n.kind, n.source, n.norm) for person in people for n in person.names}
    rows = Identity.objects.filter(value_norm__in={norm for _, _, norm in names})
    known = {
        (kind, source, norm): into or pk
        for kind, source, norm, pk, into in rows.values_list(
            "kind", "source", "value_norm", "customer_id", "customer__merged_into_id"
        )
    }
    wanted = {known[name] for name in names & known.keys()}
    locked = Customer.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    customers = {customer.pk: customer for customer in locked}
    if any(c.merged_into_id or c.erased_at for c in customers.values()):
        raise _Overtaken
    owners = {name: customers[pk] for name, pk in known.items() if pk in customers}
    hashes = {hash_of(norm): norm for kind, _, norm in names if kind == Identity.Kind.EMAIL}
    erased = Suppression.objects.filter(
        address__in=hashes, channel="email", reason=Suppression.Reason.ERASED
    )
    forbidden = {hashes[row] for row in erased.values_list("address", flat=True)}
    country = brand_country()
    return _Book(owners, forbidden, country, _phones(people, owners, country))


def _phones(
    people: Collection[Person], owners: Mapping[tuple[str, str, str], Customer], country: str
) -> set[str]:
    """Of the numbers told, in normal form, those that somebody has already."""
    told = set()
    for person in people:
        keys = [(name.kind, name.source, name.norm) for name in person.names]
        owner = next((owners[key] for key in keys if key in owners), None)
        place = person.values.get("country") or (owner.country if owner else "") or country
        told |= {name.norm for name in phone_of(dict(person.values), place)}
    rows = Identity.objects.filter(kind=Identity.Kind.PHONE, value_norm__in=told)
    return set(rows.values_list("value_norm", flat=True))


def _play(book: _Book, person: Person) -> tuple[str, Customer] | Problem:
    if any(name.norm in book.erased for name in person.names if name.kind == "email"):
        return ERASED
    keys = [(name.kind, name.source, name.norm) for name in person.names]
    owners = {id(book.owners[key]): book.owners[key] for key in keys if key in book.owners}
    if len(owners) > 1:
        return _TWO
    if owners:
        (customer,) = owners.values()
        is_changed = _change(book, customer, person)
        return ("updated" if is_changed else "unchanged"), customer
    return "created", _create(book, person)


def _create(book: _Book, person: Person) -> Customer:
    customer = Customer()
    _apply(customer, person)
    customer.attributes = merged({}, person.attributes)
    book.new.append(customer)
    _add_names(book, customer, person)
    return customer


def _change(book: _Book, customer: Customer, person: Person) -> bool:
    before = _columns(customer)
    _apply(customer, person)
    attributes = merged(customer.attributes, person.attributes)
    has_other_attributes = attributes != customer.attributes
    customer.attributes = attributes
    has_new_names = _add_names(book, customer, person)
    is_changed = has_new_names or has_other_attributes or before != _columns(customer)
    if is_changed and customer.pk is not None:
        book.changed[customer.pk] = customer
        if has_other_attributes:
            book.with_attributes.add(customer.pk)
    return is_changed


def _columns(customer: Customer) -> tuple[str, ...]:
    return (customer.email, *(getattr(customer, column) for column in _COLUMNS))


def _apply(customer: Customer, person: Person) -> None:
    for column, value in person.values.items():
        setattr(customer, column, value)
    for name in person.names:
        if name.kind == Identity.Kind.EMAIL:
            customer.email, customer.email_norm = name.value, name.norm
            customer.is_relay = is_relay_address(name.norm)
    customer.name_norm = name_key(customer.first_name, customer.last_name)


def _add_names(book: _Book, customer: Customer, person: Person) -> bool:
    """Names this customer did not have; a household's phone stays with who had it first."""
    phones = phone_of(person.values, customer.country or book.country)
    if phones:
        customer.phone = person.values["phone"]
    added = False
    for name in person.names:
        key = (name.kind, name.source, name.norm)
        if key not in book.owners:
            book.owners[key] = customer
            book.names.append((customer, name))
            added = True
    for name in phones:
        if name.norm not in book.phones:
            book.phones.add(name.norm)
            book.names.append((customer, name))
            added = True
    return added


def _write(book: _Book) -> None:
    """A few statements, however many items."""
    Customer.objects.bulk_create(book.new)
    uids = dict(Customer.objects.filter(pk__in=[c.pk for c in book.new]).values_list("pk", "uid"))
    for customer in book.new:
        customer.uid = uids[customer.pk]
    if book.changed:
        rows = [_row(customer) for customer in book.changed.values()]
        with connection.cursor() as cursor:
            cursor.execute(
                load("customers", "bulk_customers"),
                {
                    "brand_id": current_brand_id(),
                    "rows": msgspec.json.encode(rows).decode(),
                    "at": now(),
                },
            )
    write_names(book.names)


def _row(customer: Customer) -> Mapping[str, Any]:
    columns = ("id", "email", "email_norm", "name_norm", "is_relay", "attributes", *_COLUMNS)
    return {column: getattr(customer, column) for column in columns}


def _settle(book: _Book, batch_id: int | None) -> None:
    """Everything that follows from a customer's row, and the one event of the call."""
    created = [customer.pk for customer in book.new]
    touched = [*created, *book.changed]
    if not touched:
        return
    # Everybody has a facts row, also before the first order.
    refresh_facts(customer_ids=created)
    typed = [customer.pk for customer in book.new if customer.attributes]
    if typed or book.with_attributes:
        refresh_values(customer_ids={*typed, *book.with_attributes})
    mark_dirty(touched)
    record(
        CustomersUpserted(
            subject_id=min(touched), created_ids=created, changed_ids=sorted(book.changed)
        ),
        batch_id=batch_id,
    )
