"""One customer's story, newest first, from every source the wiring has registered.

Other apps add theirs in `config/registries.py` (`add_source(...)`), so that the profile shows what
was sent and clicked without this app knowing mail."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, cast

from django.db.models import Q

from customers.models.consents import Consent
from customers.models.customers import Customer
from customers.models.orders import Order, Refund
from customers.selectors.customers import canonical_ids
from customers.selectors.purposes import labels_of


class Position(NamedTuple):
    """Where a page of one source ended: the next holds only what is strictly before it."""

    at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `minor` is money of the brand; `tone` names a colour."""

    at: datetime
    id: int
    icon: str
    title: str
    detail: str = ""
    minor: int | None = None
    url: str = ""
    tone: str = "neutral"
    simulated: bool = False


# (customer, before, limit): at most `limit` entries strictly before the position (None: from
# now), ordered by -at, -id. Ids are positive and unique within the source.
Reader = Callable[[Customer, Position | None, int], list[Entry]]


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of entry: `kind` stands in links, `label` on the filter."""

    kind: str
    label: str
    read: Reader


class Cursor(NamedTuple):
    """Where a page of the whole timeline ended: sources rank by kind at the same instant."""

    at: datetime
    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the timeline, and where the next one starts (None: that was all)."""

    entries: list[Entry]
    next: Cursor | None


_sources: dict[str, Source] = {}


def add_source(source: Source) -> None:
    """Show these entries on every profile; called from the wiring only."""
    _sources[source.kind] = source


def sources() -> list[Source]:
    return list(_sources.values())


def before(position: Position | None, at_field: str) -> Q:
    """The filter of rows strictly before a position, for a source's query."""
    if position is None:
        return Q()
    earlier = Q(**{f"{at_field}__lt": position.at})
    return earlier | Q(**{at_field: position.at, "id__lt": position.id})


def timeline(
    customer: Customer,
    *,
    kinds: Collection[str] = (),
    cursor: Cursor | None = None,
    limit: int = 25,
) -> Page:
    """The newest entries of these kinds (none named: all) before the cursor."""
    found: list[tuple[Cursor, Entry]] = []
    for source in _sources.values():
        if not kinds or source.kind in kinds:
            entries = source.read(customer, _position(source.kind, cursor), limit + 1)
            found += [(Cursor(entry.at, source.kind, entry.id), entry) for entry in entries]
    found.sort(key=lambda pair: pair[0], reverse=True)
    shown = found[:limit]
    return Page([entry for _, entry in shown], shown[-1][0] if len(found) > limit else None)


def _position(kind: str, cursor: Cursor | None) -> Position | None:
    """Where one source goes on when the page before ended at `cursor`, perhaps in another."""
    if cursor is None:
        return None
    if kind == cursor.kind:
        return Position(cursor.at, cursor.id)
    if kind < cursor.kind:
        # Its entries at this very instant come after the cursor's.
        return Position(cursor.at + timedelta(microseconds=1), 0)
    return Position(cursor.at, 0)


def write_cursor(cursor: Cursor) -> str:
    """The cursor as it stands in a link."""
    micros = (cursor.at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return f"{micros}.{cursor.id}.{cursor.kind}"


def read_cursor(text: str) -> Cursor | None:
    """The cursor in a link; None for anything else, which shows the newest page."""
    micros, _, rest = text.partition(".")
    number, _, kind = rest.partition(".")
    try:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(micros))
        return Cursor(at, kind, int(number)) if kind in _sources and int(number) < 2**63 else None
    except (ValueError, OverflowError):
        return None


# --- Our own sources ---------------------------------------------------------------------


def orders(customer: Customer, position: Position | None, limit: int) -> list[Entry]:
    rows = Order.objects.filter(before(position, "placed_at"), customer=customer)
    return [
        Entry(
            at=order.placed_at,
            id=order.pk,
            icon="shopping-bag",
            title=f"Order {order.source_id}",
            detail=_order_detail(order),
            minor=order.gross_minor,
            tone="first" if order.rung == 1 else "repeat",
            simulated=order.simulated,
        )
        for order in rows.order_by("-placed_at", "-id")[:limit]
    ]


def _order_detail(order: Order) -> str:
    if not order.is_counted:
        return f"Does not count: {_why_not(order)}"
    if order.rung == 1:
        return "Their first order"
    if order.rung is None or order.gap_days is None:
        return ""
    days = "the same day" if not order.gap_days else f"{order.gap_days} days"
    after = days if not order.gap_days else f"{days} after the one before"
    return f"Order number {order.rung}, {after}".replace(" 1 days", " 1 day")


def _why_not(order: Order) -> str:
    if order.cancelled_at is not None:
        return "it was cancelled"
    return "a test order" if order.is_test else "the rule of orders that count leaves it out"


def cancellations(customer: Customer, position: Position | None, limit: int) -> list[Entry]:
    rows = Order.objects.filter(
        before(position, "cancelled_at"), customer=customer, cancelled_at__isnull=False
    )
    return [
        Entry(
            at=cast(datetime, order.cancelled_at),
            id=order.pk,
            icon="circle-x",
            title=f"Order {order.source_id} cancelled",
            tone="value",
        )
        for order in rows.order_by("-cancelled_at", "-id")[:limit]
    ]


def refunds(customer: Customer, position: Position | None, limit: int) -> list[Entry]:
    rows = Refund.objects.filter(before(position, "refunded_at"), customer=customer)
    rows = rows.select_related("order")
    return [
        Entry(
            at=refund.refunded_at,
            id=refund.pk,
            icon="undo-2",
            title=f"Refund {refund.source_id}",
            detail=_refund_detail(refund),
            minor=-refund.amount_minor,
            tone="value",
        )
        for refund in rows.order_by("-refunded_at", "-id")[:limit]
    ]


def _refund_detail(refund: Refund) -> str:
    if refund.order is not None:
        of = f"Of order {refund.order.source_id}"
        return of if refund.is_counted else f"{of}, which does not count"
    return f"Order {refund.order_ref} is not known yet" if refund.order_ref else ""


def consents(customer: Customer, position: Position | None, limit: int) -> list[Entry]:
    ids = canonical_ids(customer.pk)
    rows = Consent.objects.filter(before(position, "at"), customer__in=ids)
    acts = list(rows.order_by("-at", "-id")[:limit])
    labels = labels_of(act.purpose for act in acts)
    return [
        Entry(
            at=act.at,
            id=act.pk,
            icon="mail-check" if act.status == Consent.Status.GRANTED else "mail-x",
            title=f"{labels[act.purpose]} by {act.get_channel_display().lower()}: "
            f"{act.get_status_display().lower()}",
            detail=f"{act.get_basis_display()}, from {act.source}",
            tone="accent",
            simulated=act.simulated,
        )
        for act in acts
    ]
