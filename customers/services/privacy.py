"""A customer's wish: a copy of everything about them, or to be erased, with a report of it.

Every table that says something of a customer takes part through a Participant, which
config/registries.py registers: what it hands over, and what it does when somebody is erased."""

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, NotFound
from customers.events.permissions import CustomerErased, DataHandedOver
from customers.models.consents import Channel, PrivacyRequest, Suppression
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.selectors.customers import canonical, canonical_ids
from customers.selectors.erasure import hash_of
from customers.services.dirty import mark_dirty
from customers.services.locks import lock_customers

LINK_LIVES = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Person:
    """Whose data it is: the ids of the customer and of records merged into it, and every address
    in normal form."""

    ids: tuple[int, ...]
    emails: tuple[str, ...]
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What an erasure did to one kind of data: rows erased, rows kept, and why they are."""

    erased: int = 0
    kept: int = 0
    why: str = ""


Rows = Iterator[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Participant:
    """One kind of data. `models` are the tables it answers for."""

    label: str
    models: tuple[type[models.Model], ...]
    rows: Callable[[Person], Rows]
    erase: Callable[[Person], Done]


_participants: dict[str, Participant] = {}


def add_participant(*participants: Participant) -> None:
    """Called by config/registries.py; handed over and erased in this order."""
    for each in participants:
        _participants[each.label] = each


def participants() -> list[Participant]:
    return list(_participants.values())


# --- What most tables do -------------------------------------------------------------------


def kept(
    label: str, model: type[models.Model], *, by: str = "customer__in", why: str
) -> Participant:
    """Rows that are handed over, and stay when the person is erased because they name nobody."""

    def erase(person: Person) -> Done:
        return Done(kept=_of(model, by, person).count(), why=why)

    return Participant(label, (model,), _values(model, by), erase)


def deleted(label: str, model: type[models.Model], *, by: str = "customer__in") -> Participant:
    """Rows that are handed over, and deleted when the person is erased."""

    def erase(person: Person) -> Done:
        return Done(erased=_of(model, by, person).delete()[0])

    return Participant(label, (model,), _values(model, by), erase)


def emptied(
    label: str,
    model: type[models.Model],
    *,
    by: str = "customer__in",
    empty: dict[str, Any],
    why: str = "",
) -> Participant:
    """Rows that are handed over; an erasure empties these columns and keeps the rest."""

    def erase(person: Person) -> Done:
        return Done(erased=_of(model, by, person).update(**empty), why=why)

    return Participant(label, (model,), _values(model, by), erase)


def _of(model: type[models.Model], by: str, person: Person) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = model._default_manager.filter(**{by: person.ids})
    return rows


def _values(model: type[models.Model], by: str) -> Callable[[Person], Rows]:
    """Every column but bytes (hashes) and the brand."""
    columns = [
        field.attname
        for field in model._meta.concrete_fields
        if field.name != "brand" and not isinstance(field, models.BinaryField)
    ]

    def rows(person: Person) -> Rows:
        yield from _of(model, by, person).order_by("pk").values(*columns)

    return rows


# --- Handing over --------------------------------------------------------------------------


def request_copy(*, customer: Customer, by_id: int | None = None) -> PrivacyRequest:
    """Note that a copy was asked for; it may be fetched for 15 minutes. Raises Conflict for
    somebody who was erased."""
    _refuse_erased(customer)
    customer = canonical(customer)
    person = person_of(customer)
    with transaction.atomic():
        request = PrivacyRequest.objects.create(
            customer=customer,
            kind=PrivacyRequest.Kind.EXPORT,
            report={
                "handed_over": {p.label: sum(1 for _ in p.rows(person)) for p in participants()}
            },
            requested_by_id=by_id,
            done_at=now(),
        )
        request.refresh_from_db(fields=["uid"])
        record(DataHandedOver(subject_id=request.pk, customer_id=customer.pk))
    return request


def data_of(request: PrivacyRequest) -> dict[str, list[dict[str, Any]]]:
    """Everything about the customer, by kind of data.

    Gathered anew each time, so that no copy lies about. Raises NotFound once the link is too old,
    and Conflict when the customer was erased meanwhile."""
    is_copy = request.kind == PrivacyRequest.Kind.EXPORT
    if not is_copy or now() - request.requested_at > LINK_LIVES:
        raise NotFound("This link is no longer valid. Ask for a new copy.")
    _refuse_erased(request.customer)
    person = person_of(canonical(request.customer))
    return {each.label: list(each.rows(person)) for each in participants()}


def copy_of(request: PrivacyRequest) -> bytes:
    """The same as a ZIP: data.json, and a page on how to read it."""
    data = data_of(request)
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", text)
        archive.writestr("read-me.txt", _READ_ME + "\n".join(f"- {label}" for label in data) + "\n")
    return packed.getvalue()


_READ_ME = """\
Everything kept about you, as data.json (UTF-8). Times are in UTC; money is in whole minor units
(1999 is 19.99). Its parts:
"""


# --- Erasing -------------------------------------------------------------------------------


def erase_customer(*, customer: Customer, by_id: int | None = None) -> PrivacyRequest:
    """Take everything that names the person away, and keep a keyed hash of each address so that
    it cannot come back. Figures stay as they are. Raises Conflict when it was done before."""
    with transaction.atomic():
        customer = canonical(Customer.objects.get(pk=customer.pk))
        lock_customers(canonical_ids(customer.pk))
        customer.refresh_from_db()
        _refuse_erased(customer)
        person = person_of(customer)
        _leave_tombstones(person)
        lines = [_line("Other records with the same address", _free_others(person))]
        lines += [_line(each.label, each.erase(person)) for each in participants()]
        mark_dirty(person.ids)
        request = PrivacyRequest.objects.create(
            customer=customer,
            kind=PrivacyRequest.Kind.ERASE,
            report={"lines": [line for line in lines if line["erased"] or line["kept"]]},
            requested_by_id=by_id,
        )
        request.refresh_from_db(fields=["uid"])
        record(CustomerErased(subject_id=request.pk, customer_id=customer.pk))
    return request


def person_of(customer: Customer) -> Person:
    ids = canonical_ids(customer.pk)
    names = Identity.objects.filter(customer__in=ids)
    emails = set(names.filter(kind=Identity.Kind.EMAIL).values_list("value_norm", flat=True))
    phones = set(names.filter(kind=Identity.Kind.PHONE).values_list("value_norm", flat=True))
    for email, phone in Customer.objects.filter(pk__in=ids).values_list("email_norm", "phone"):
        emails.add(email)
        phones.add(phone)
    return Person(tuple(ids), tuple(sorted(emails - {""})), tuple(sorted(phones - {""})))


def _refuse_erased(customer: Customer) -> None:
    if customer.erased_at is not None:
        raise Conflict("This customer was erased already.", code="erased")


def _leave_tombstones(person: Person) -> None:
    """The address itself goes from the do-not-mail list, its hash comes."""
    for channel, addresses in ((Channel.EMAIL, person.emails), (Channel.SMS, person.phones)):
        Suppression.objects.filter(channel=channel, address__in=addresses).delete()
        for address in addresses:
            Suppression.objects.get_or_create(
                channel=channel,
                address=hash_of(address),
                defaults={"reason": Suppression.Reason.ERASED},
            )


def _free_others(person: Person) -> Done:
    """Two records may share an address; it goes from all of them."""
    others = Customer.objects.filter(email_norm__in=person.emails).exclude(pk__in=person.ids)
    ids = list(others.values_list("pk", flat=True))
    others.update(email="", email_norm="", is_relay=False, updated_at=now())
    mark_dirty(ids)
    return Done(erased=len(ids))


def _line(label: str, done: Done) -> dict[str, Any]:
    return {"what": label, **asdict(done)}
