"""What the customer base itself keeps of a person: what is handed over, emptied, deleted, kept."""

from typing import Any

from django.db import connection
from django.db.models import Q

from accounts.scope import current_brand_id
from config.kit.clock import now
from config.kit.sql import load
from customers.models.attributes import AttributeValue
from customers.models.consents import Channel, Consent, ConsentState, OptInRequest, Suppression
from customers.models.credits import Credit
from customers.models.customer_events import CustomerEvent
from customers.models.customers import Customer, CustomerFacts, Note
from customers.models.identities import Identity
from customers.models.imports import ImportChange, ImportReject
from customers.models.merges import DuplicatePair, Merge
from customers.models.orders import Order, OrderLine, Refund
from customers.models.segments import SegmentFlip, SegmentMember
from customers.models.views import BulkChange
from customers.services.privacy import Done, Participant, Person, Rows, deleted, emptied, kept

_FIGURES = "Figures stay as they are; nothing in it names the person."
_PROOF = "It proves what was allowed; nothing in it names the person."

EMPTY_PROFILE: dict[str, Any] = {
    **dict.fromkeys(
        (
            *("email", "email_norm", "phone", "first_name", "last_name", "name_norm"),
            *("country", "city", "language"),
        ),
        "",
    ),
    "attributes": {},
    "tags": [],
    "is_relay": False,
}


def _erase_profile(person: Person) -> Done:
    moment = now()
    rows = Customer.objects.filter(pk__in=person.ids)
    return Done(erased=rows.update(**EMPTY_PROFILE, erased_at=moment, updated_at=moment))


def _lines(person: Person) -> Rows:
    yield from map(
        dict,
        OrderLine.objects.filter(order__customer__in=person.ids)
        .order_by("order_id", "position")
        .values("order_id", "position", "product__title", "quantity", "total_minor"),
    )


def _listed(person: Person) -> Rows:
    rows = Suppression.objects.filter(
        Q(channel=Channel.EMAIL, address__in=person.emails)
        | Q(channel=Channel.SMS, address__in=person.phones)
    )
    yield from map(dict, rows.values("channel", "address", "reason", "detail", "at"))


def _unlisted(person: Person) -> Done:
    return Done(
        kept=len(person.emails) + len(person.phones),
        why="As a keyed hash, so that it cannot come back.",
    )


def _rejected(person: Person) -> Rows:
    for address in person.emails:
        rows = ImportReject.objects.filter(cells__icontains=address)
        yield from map(dict, rows.values("of_id", "line_number", "reason", "cells"))


def _empty_rejects(person: Person) -> Done:
    with connection.cursor() as cursor:
        cursor.execute(
            load("customers", "erase_rejects"),
            {"brand_id": current_brand_id(), "addresses": list(person.emails)},
        )
        return Done(erased=cursor.rowcount, why="The line and why it was not used stay.")


def _changes(person: Person) -> Any:
    names = Identity.objects.filter(customer__in=person.ids).values("pk")
    return ImportChange.objects.filter(
        Q(table=Customer._meta.db_table, row_id__in=person.ids)
        | Q(table=Identity._meta.db_table, row_id__in=names)
    )


def _change_rows(person: Person) -> Rows:
    yield from _changes(person).values("of_id", "table", "before")


def _erase_changes(person: Person) -> Done:
    """Taking the import back later then leaves the erased record alone."""
    return Done(erased=_changes(person).delete()[0])


def _merges(person: Person) -> Any:
    return Merge.objects.filter(Q(kept__in=person.ids) | Q(gone__in=person.ids))


def _merge_rows(person: Person) -> Rows:
    yield from _merges(person).values("kept_id", "gone_id", "before", "at", "undone_at")


def _empty_merges(person: Person) -> Done:
    return Done(erased=_merges(person).update(before={}))


def _pairs(person: Person) -> Any:
    return DuplicatePair.objects.filter(Q(first__in=person.ids) | Q(second__in=person.ids))


def _pair_rows(person: Person) -> Rows:
    yield from _pairs(person).values("reasons", "score", "state", "found_at")


def _erase_pairs(person: Person) -> Done:
    return Done(erased=_pairs(person).delete()[0])


# In this order: what is found through names comes before the names go, the profile last.
PARTICIPANTS = (
    Participant("Records of imports", (ImportChange,), _change_rows, _erase_changes),
    Participant("Rows to fix", (ImportReject,), _rejected, _empty_rejects),
    Participant("Do-not-mail list", (Suppression,), _listed, _unlisted),
    deleted("Addresses and ids", Identity),
    deleted("Indexed attributes", AttributeValue),
    deleted("Notes", Note),
    deleted("Sign-ups", OptInRequest),
    Participant("Possible duplicates", (DuplicatePair,), _pair_rows, _erase_pairs),
    Participant("Merges", (Merge,), _merge_rows, _empty_merges),
    emptied("Bulk actions", BulkChange, by="customer_id__in", empty={"before": {}}),
    emptied(
        "Events",
        CustomerEvent,
        by="customer_id__in",
        empty={"properties": {}, "waiting_for": None},
        why="That it happened, and when, stays.",
    ),
    kept("Permissions", Consent, why=_PROOF),
    kept("Permissions now", ConsentState, why=_PROOF),
    kept("Orders", Order, why=_FIGURES),
    Participant(
        "Order lines",
        (OrderLine,),
        _lines,
        lambda person: Done(
            kept=OrderLine.objects.filter(order__customer__in=person.ids).count(), why=_FIGURES
        ),
    ),
    kept("Refunds", Refund, why=_FIGURES),
    kept("Credits", Credit, why=_FIGURES),
    kept("Figures", CustomerFacts, why=_FIGURES),
    kept("Segments", SegmentMember, by="customer_id__in", why=_FIGURES),
    deleted("Segments to look at again", SegmentFlip, by="customer_id__in"),
    Participant(
        "Profile",
        (Customer,),
        lambda person: iter(
            Customer.objects.filter(pk__in=person.ids).values(
                *(f.attname for f in Customer._meta.concrete_fields if f.name != "brand")
            )
        ),
        _erase_profile,
    ),
)
