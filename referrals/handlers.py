"""How referrals react to what happens elsewhere."""

from customers.events.customers import CustomersMerged
from customers.events.orders import (
    OrderCancelled,
    OrderChanged,
    OrderRecorded,
    OrderReinstated,
    OrdersRecorded,
)
from referrals.events import OrderTouched
from referrals.services import qualifying, referrals

OneOrder = OrderRecorded | OrderChanged | OrderCancelled | OrderReinstated | OrderTouched


def qualify_on_order(event: OneOrder) -> None:
    qualifying.qualify_orders([event.subject_id])


def qualify_on_orders(event: OrdersRecorded) -> None:
    qualifying.qualify_orders([*event.created_ids, *event.changed_ids])


def end_self_referrals_on_merge(event: CustomersMerged) -> None:
    referrals.end_self_referrals(event.subject_id)
