"""Whose an order is when the shop says it by name, also of somebody who was erased."""

from collections.abc import Collection

from config.kit.errors import Conflict
from customers.models.customers import Customer
from customers.models.orders import Order
from customers.services.customers import upsert_customer


def buyer_of(
    *, order: tuple[str, str], email: str = "", external_id: str = "", source: str = "api"
) -> Customer | None:
    """The buyer of the order of this (source, number); one nobody knows becomes a customer.

    The money of somebody who was erased is real and their name is gone: an order that their
    record has already stays with it, another is nobody's. Raises Invalid, and Conflict when the
    names belong to two customers."""
    try:
        return upsert_customer(email=email, external_id=external_id, source=source).customer
    except Conflict as error:
        if error.code != "erased":
            raise
    owner = nameless_owners([order]).get(order)
    return Customer.objects.get(pk=owner) if owner is not None else None


def nameless_owners(orders: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Of these orders, by source and number, those that a record of somebody erased has."""
    rows = Order.objects.filter(
        source__in={source for source, _ in orders},
        source_id__in={number for _, number in orders},
        customer__erased_at__isnull=False,
    )
    found = {
        (source, number): owner
        for source, number, owner in rows.values_list("source", "source_id", "customer_id")
        if owner is not None
    }
    return {key: owner for key, owner in found.items() if key in orders}
