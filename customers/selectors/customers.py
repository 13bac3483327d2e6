"""The brand's customers as a list: found by how their name or e-mail begins, a page at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.scope import current_brand_id
from customers.models.consents import Channel, ConsentState, Purpose
from customers.models.customers import Customer, CustomerFacts

PAGE_SIZE = 50
_NEVER = date.min
# How the value in a cursor is read, by the sort's key; the others are whole numbers.
_READERS: dict[str, Callable[[str], Any]] = {"recent": date.fromisoformat, "name": str}


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of the list, by one field of the facts row and then by the customer's id."""

    key: str
    label: str
    field: str
    is_falling: bool = True


SORTS = (
    Sort("recent", "Last order", "last_day"),
    Sort("orders", "Most orders", "orders_count"),
    Sort("net", "Spent most", "net_minor"),
    Sort("name", "Name", "customer__name_norm", is_falling=False),
    Sort("newest", "Newest here", "customer_id"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; `consent` is the state of marketing by e-mail, if anything is known."""

    customer: Customer
    facts: CustomerFacts
    consent: ConsentState | None


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A page of rows; `before` and `after` lead to its neighbours, empty where there is none."""

    rows: list[Row]
    total: int
    before: str
    after: str


def canonical_ids(customer_id: int) -> list[int]:
    """The ids whose append-only rows (consents, events, deliveries) are this customer's: its own
    first, then those of everybody merged into it. Nobody is merged into a merged customer."""
    gone = Customer.objects.filter(merged_into=customer_id).order_by("id")
    return [customer_id, *gone.values_list("id", flat=True)]


def canonical(customer: Customer) -> Customer:
    """The customer, or the one it was merged into."""
    return customer.merged_into or customer


def sort_of(key: str) -> Sort:
    """The order a link asks for; the first for anything unknown."""
    return next((sort for sort in SORTS if sort.key == key), SORTS[0])


def people(begins_with: str = "") -> QuerySet[CustomerFacts]:
    """The facts rows of everybody who is neither merged away nor erased. Each has one."""
    rows = CustomerFacts.objects.filter(
        # Naming the brand here too lets PostgreSQL use the customers' own indexes.
        customer__brand_id=current_brand_id(),
        customer__merged_into__isnull=True,
        customer__erased_at__isnull=True,
    )
    if begins_with:
        text = begins_with.casefold()
        rows = rows.filter(
            Q(customer__email_norm__begins_with=text) | Q(customer__name_norm__begins_with=text)
        )
    return rows


def customer_page(
    *, begins_with: str = "", sort: Sort = SORTS[0], before: str = "", after: str = ""
) -> CustomerPage:
    """The page after (or before) the row with this public cursor; the first page without one."""
    rows = people(begins_with)
    total = rows.count()
    backwards = bool(before)
    found = _slice(rows, sort, cursor=before or after, backwards=backwards)
    more = len(found) > PAGE_SIZE
    found = found[:PAGE_SIZE]
    if backwards:
        found.reverse()
    has_before, has_after = (more, True) if backwards else (bool(after), more)
    return CustomerPage(
        rows=_with_consent(found),
        total=total,
        before=_cursor(found[0], sort) if found and has_before else "",
        after=_cursor(found[-1], sort) if found and has_after else "",
    )


def _slice(
    rows: QuerySet[CustomerFacts], sort: Sort, *, cursor: str, backwards: bool
) -> list[CustomerFacts]:
    is_falling = sort.is_falling != backwards
    if sort.field == "last_day":
        rows = rows.annotate(last_day=Coalesce("last_order_on", Value(_NEVER)))
    place = _read_cursor(cursor, sort)
    if place is not None:
        value, customer_id = place
        sign = "lt" if is_falling else "gt"
        beyond = Q(**{f"{sort.field}__{sign}": value})
        tied = Q(**{sort.field: value, f"customer_id__{sign}": customer_id})
        rows = rows.filter(beyond | tied)
    columns = [F(sort.field), F("customer_id")]
    ordered = rows.order_by(*(c.desc() if is_falling else c.asc() for c in columns))
    return list(ordered.select_related("customer")[: PAGE_SIZE + 1])


def _cursor(row: CustomerFacts, sort: Sort) -> str:
    """The row's place as it stands in a link: its id and the value it is sorted by."""
    value: Any = row.customer.name_norm if sort.key == "name" else getattr(row, sort.field)
    return f"{row.customer_id}.{value}"


def _read_cursor(cursor: str, sort: Sort) -> tuple[Any, int] | None:
    """None for anything that is no place in this order, which shows the first page."""
    number, _, text = cursor.partition(".")
    try:
        customer_id = int(number)
        value = _READERS.get(sort.key, int)(text)
    except ValueError:
        return None
    fits = abs(customer_id) < 2**63 and (not isinstance(value, int) or abs(value) < 2**63)
    return (value, customer_id) if fits and "\0" not in text else None


def _with_consent(found: list[CustomerFacts]) -> list[Row]:
    states = ConsentState.objects.filter(
        customer__in=[facts.customer_id for facts in found],
        purpose=Purpose.MARKETING,
        channel=Channel.EMAIL,
    )
    by_customer = {state.customer_id: state for state in states}
    return [Row(facts.customer, facts, by_customer.get(facts.customer_id)) for facts in found]
