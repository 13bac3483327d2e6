"""The brand's customers as a list: who is in it, in which order, a page at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.db.models.functions import Coalesce

from accounts.scope import current_brand_id
from customers.models.consents import Channel, Consent, ConsentState, Purpose
from customers.models.customers import NEVER, Customer, CustomerFacts
from customers.models.segments import Segment, SegmentMember

PAGE_SIZE = 50
# Beyond that many the list says "more than": counting a million rows takes a second.
COUNTED = 100_000
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
NEWS = {
    "allowed": "May be sent news by e-mail",
    "withdrawn": "Said no to news by e-mail",
    "unasked": "Never asked",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Who the list shows; what is empty does not limit it. `news` is a key of NEWS; days are
    of the last order and both count."""

    begins_with: str = ""
    segment: Segment | None = None
    news: str = ""
    country: str = ""
    tag: str = ""
    orders_from: int | None = None
    orders_to: int | None = None
    last_from: date | None = None
    last_to: date | None = None


EVERYBODY = Filters()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; `consent` is the state of marketing by e-mail, if anything is known."""

    customer: Customer
    facts: CustomerFacts
    consent: ConsentState | None


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of rows; `before` and `after` lead to its neighbours, empty where there is none.
    `total` is exact up to COUNTED; `is_more` says that there are more than that."""

    rows: list[Row]
    total: int
    is_more: bool
    before: str
    after: str


def sort_of(key: str) -> Sort:
    """The order a link asks for; the first for anything unknown."""
    return next((sort for sort in SORTS if sort.key == key), SORTS[0])


def people(filters: Filters = EVERYBODY) -> QuerySet[CustomerFacts]:
    """The facts rows of everybody who fits and is neither merged away nor erased."""
    rows = CustomerFacts.objects.filter(
        # Naming the brand here too lets PostgreSQL use the customers' own indexes.
        customer__brand_id=current_brand_id(),
        customer__merged_into__isnull=True,
        customer__erased_at__isnull=True,
    )
    if filters.begins_with:
        text = filters.begins_with.casefold()
        rows = rows.filter(
            Q(customer__email_norm__begins_with=text) | Q(customer__name_norm__begins_with=text)
        )
    if filters.segment:
        members = SegmentMember.objects.filter(segment=filters.segment, left_at=None)
        rows = rows.filter(customer_id__in=members.values("customer_id"))
    if filters.country:
        rows = rows.filter(customer__country=filters.country)
    if filters.tag:
        rows = rows.filter(customer__tags__contains=[filters.tag])
    return _by_orders(_by_news(rows, filters.news), filters)


def _by_news(rows: QuerySet[CustomerFacts], news: str) -> QuerySet[CustomerFacts]:
    states = ConsentState.objects.filter(purpose=Purpose.MARKETING, channel=Channel.EMAIL)
    match news:
        case "allowed":
            allowed = states.filter(status=Consent.Status.GRANTED)
            return rows.filter(customer_id__in=allowed.values("customer_id"))
        case "withdrawn":
            withdrawn = states.filter(status=Consent.Status.WITHDRAWN)
            return rows.filter(customer_id__in=withdrawn.values("customer_id"))
        case "unasked":
            return rows.exclude(customer_id__in=states.values("customer_id"))
        case _:
            return rows


def _by_orders(rows: QuerySet[CustomerFacts], filters: Filters) -> QuerySet[CustomerFacts]:
    limits = {
        "orders_count__gte": filters.orders_from,
        "orders_count__lte": filters.orders_to,
        "last_order_on__gte": filters.last_from,
        "last_order_on__lte": filters.last_to,
    }
    return rows.filter(**{name: value for name, value in limits.items() if value is not None})


def people_page(
    filters: Filters = EVERYBODY, *, sort: Sort = SORTS[0], before: str = "", after: str = ""
) -> PeoplePage:
    """The page after (or before) the row with this public cursor; the first page without one."""
    rows = people(filters)
    counted = rows.order_by()[: COUNTED + 1].count()
    backwards = bool(before)
    place = _read_cursor(before or after, sort)
    found = list(in_order(rows, sort, place=place, backwards=backwards)[: PAGE_SIZE + 1])
    has_more = len(found) > PAGE_SIZE
    found = found[:PAGE_SIZE]
    if backwards:
        found.reverse()
    has_before, has_after = (has_more, True) if backwards else (bool(after), has_more)
    return PeoplePage(
        rows=with_consent(found),
        total=min(counted, COUNTED),
        is_more=counted > COUNTED,
        before=_cursor(found[0], sort) if found and has_before else "",
        after=_cursor(found[-1], sort) if found and has_after else "",
    )


def slices(filters: Filters, sort: Sort, size: int = 2_000) -> Iterator[list[CustomerFacts]]:
    """Everybody who fits, in the order of the list. Each slice asks anew from where the last one
    ended, so a reader may be slow; it needs the scope open when it is asked."""
    place: tuple[Any, int] | None = None
    while True:
        found = list(in_order(people(filters), sort, place=place)[:size])
        if found:
            yield found
            place = (_value(found[-1], sort), found[-1].customer_id)
        if len(found) < size:
            return


def in_order(
    rows: QuerySet[CustomerFacts],
    sort: Sort,
    *,
    place: tuple[Any, int] | None = None,
    backwards: bool = False,
) -> QuerySet[CustomerFacts]:
    """These rows from behind a place on, each with its customer."""
    is_falling = sort.is_falling != backwards
    if sort.field == "last_day":
        rows = rows.annotate(last_day=Coalesce("last_order_on", Value(NEVER)))
    if place is not None:
        # A comparison of rows, so that an index finds the place however far down it is.
        beyond = TupleLessThan if is_falling else TupleGreaterThan
        rows = rows.filter(beyond((F(sort.field), F("customer_id")), place))
    columns = [F(sort.field), F("customer_id")]
    ordered = rows.order_by(*(c.desc() if is_falling else c.asc() for c in columns))
    return ordered.select_related("customer")


def _cursor(row: CustomerFacts, sort: Sort) -> str:
    """The row's place as it stands in a link: its id and the value it is sorted by."""
    return f"{row.customer_id}.{_value(row, sort)}"


def _value(row: CustomerFacts, sort: Sort) -> Any:
    return row.customer.name_norm if sort.key == "name" else getattr(row, sort.field)


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


def with_consent(found: list[CustomerFacts]) -> list[Row]:
    states = ConsentState.objects.filter(
        customer__in=[facts.customer_id for facts in found],
        purpose=Purpose.MARKETING,
        channel=Channel.EMAIL,
    )
    by_customer = {state.customer_id: state for state in states}
    return [Row(facts.customer, facts, by_customer.get(facts.customer_id)) for facts in found]


def countries(most: int = 60) -> list[str]:
    """The countries of the brand's customers, by name."""
    rows = Customer.objects.exclude(country="").order_by("country")
    return list(rows.values_list("country", flat=True).distinct()[:most])
