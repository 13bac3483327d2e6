"""One program at a time: with a customer, with an order's number, with one thing of a brand."""

from collections.abc import Collection
from enum import IntEnum

from django.db import connection

from accounts.scope import current_brand_id
from customers.models.customers import Customer
from customers.models.orders import Order


def lock_customers(ids: Collection[int | None]) -> None:
    """In id order, until the transaction ends. Two orders of one customer recorded at once would
    each miss the other in the facts."""
    wanted = {pk for pk in ids if pk is not None}
    rows = Customer.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    list(rows.values_list("pk", flat=True))


def lock_buyers(order_ids: Collection[int]) -> list[int]:
    """`lock_customers` for whoever placed these orders; their ids."""
    buyers = Order.objects.filter(pk__in=order_ids).values("customer_id")
    rows = Customer.objects.select_for_update(no_key=True).filter(pk__in=buyers).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def lock_number(kind: str, source: str, source_id: str) -> None:
    """One program at a time speaks of this order or refund, also while it is not known yet: a
    refund and its order that arrive together would each miss the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"{kind}:{current_brand_id()}:{source}:{source_id}"],
        )


class BrandLock(IntEnum):
    """What of a brand is locked as a whole; the numbers are four letters each."""

    ATTRIBUTE_KINDS = 0x41545452  # ATTR
    CONTACTS = 0x434F4E54  # CONT
    MEMBERSHIPS = 0x53454753  # SEGS
    OFFERS = 0x4F464652  # OFFR
    SEGMENT_RULES = 0x53454756  # SEGV


def lock_brand(what: BrandLock, *, shared: bool = False) -> None:
    """Of the brand in scope, until the transaction ends; `shared` holds up only who does not
    share."""
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {function}(%s::integer, %s::integer)",
            [int(what), current_brand_id() & 0x7FFFFFFF],
        )
