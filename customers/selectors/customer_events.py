"""What customers did."""

from django.db.models import Q, QuerySet

from customers.models.customer_events import CustomerEvent
from customers.models.customers import Customer
from customers.selectors.customers import canonical_ids
from customers.selectors.timeline import Entry, Position, before

_SHOWN_PROPERTIES = 4


def events_of(customer: Customer, *, name: str = "") -> QuerySet[CustomerEvent]:
    """Latest first, also of those who became this customer."""
    rows = CustomerEvent.objects.filter(customer_id__in=canonical_ids(customer.pk))
    return (rows.filter(name=name) if name else rows).order_by("-at", "-id")


def behind(event: CustomerEvent) -> Q:
    """The filter of what follows this event in `events_of`."""
    return before(Position(event.at, event.pk), "at")


def timeline_entries(customer: Customer, position: Position | None, limit: int) -> list[Entry]:
    """The timeline's source "Events"."""
    rows = events_of(customer).filter(before(position, "at"))
    return [
        Entry(
            at=event.at,
            id=event.pk,
            icon=_ICONS.get(event.name, "mouse-pointer-click"),
            title=_title(event.name),
            detail=_detail(event.properties),
        )
        for event in rows[:limit]
    ]


_ICONS = {"page_viewed": "eye", "cart_updated": "shopping-cart"}


def _title(name: str) -> str:
    return name.replace("_", " ").replace(".", " ").strip().capitalize() or name


def _detail(properties: dict[str, object]) -> str:
    shown = [f"{name}: {_words(value)}" for name, value in properties.items()]
    more = ["…"] if len(shown) > _SHOWN_PROPERTIES else []
    return ", ".join(shown[:_SHOWN_PROPERTIES] + more)[:300]


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " / ".join(_words(part) for part in value)
    return "none" if value is None else str(value)
