"""How the customer base reacts to what happens."""

from customers.events.customers import (
    CustomerChanged,
    CustomerCreated,
    CustomerEventsRecorded,
    CustomersUpserted,
)
from customers.events.imports import ImportCompleted
from customers.events.orders import CategoriesChanged, OrdersRecorded
from customers.events.permissions import PermissionRulesChanged
from customers.models.imports import Import
from customers.services import bulk_orders, customer_events, segments


def refresh_facts_of_events(event: CustomerEventsRecorded) -> None:
    customer_events.refresh_event_facts(first_id=event.subject_id, last_id=event.last_id)


def join_waiting_events(event: CustomerCreated | CustomerChanged) -> None:
    customer_events.join_events(customer_ids=[event.subject_id])


def join_waiting_events_of_many(event: CustomersUpserted) -> None:
    customer_events.join_events(customer_ids=[*event.created_ids, *event.changed_ids])


def join_waiting_events_of_import(event: ImportCompleted) -> None:
    imported = Import.objects.get(pk=event.subject_id)
    customer_events.join_events(customer_ids=None, since=imported.created_at)


def tie_late_arrivals(event: OrdersRecorded) -> None:
    bulk_orders.tie_late_arrivals(order_ids=event.created_ids)


def renew_segments_of_permission(event: PermissionRulesChanged) -> None:
    segments.renew_segments(asking={"reachable"})


def renew_segments_of_products(event: CategoriesChanged) -> None:
    segments.renew_segments(asking={"category", "product", "tag"})
