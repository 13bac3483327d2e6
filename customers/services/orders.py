"""Recording single orders, as shops tell of them one by one (files go through imports)."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import msgspec
from django.db import IntegrityError, transaction

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit.clock import day_in, now
from config.kit.errors import Invalid
from config.kit.money import MAX_MINOR
from customers.events.orders import OrderCancelled, OrderChanged, OrderRecorded, OrderReinstated
from customers.models.customers import Customer
from customers.models.orders import EarlyCancellation, Order, OrderLine, SalesChannel
from customers.services.counting import judge_orders
from customers.services.credits import credit_orders
from customers.services.dirty import mark_dirty
from customers.services.facts import refresh_facts
from customers.services.locks import lock_customers, lock_number
from customers.services.products import NewLine, products_of

MAX_LINES = 500
MAX_WORDS = 50
MAX_WORD = 120
# Clocks of shops run a little fast; a later date is a mistake.
_FUTURE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Recorded:
    order: Order
    created: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What a source says of an order or a refund; the same content again changes nothing."""

    @property
    def content_hash(self) -> bytes:
        return hashlib.sha256(msgspec.json.encode(asdict(self), order="sorted")).digest()


@dataclass(frozen=True, slots=True)
class ToldOrder(Told):
    """All that the source says of one order."""

    source: str
    source_id: str
    customer_id: int | None
    placed_at: datetime
    gross_minor: int
    lines: tuple[NewLine, ...]
    channel: str
    discount_minor: int
    discount_codes: tuple[str, ...]
    tags: tuple[str, ...]
    is_test: bool
    cancelled_at: datetime | None


def record_order(
    *,
    source: str,
    source_id: str,
    placed_at: datetime,
    customer: Customer | None,
    lines: Sequence[NewLine] = (),
    gross_minor: int | None = None,
    channel: str = "",
    discount_minor: int = 0,
    discount_codes: Sequence[str] = (),
    tags: Sequence[str] = (),
    is_test: bool = False,
    cancelled_at: datetime | None = None,
    simulated: bool = False,
) -> Recorded:
    """The order `source_id` of `source`, new or told of again; the same content changes nothing.

    `gross_minor` defaults to the sum of the lines. Money is in the brand's currency. Without
    `cancelled_at` a cancelled order stays cancelled. Raises Invalid. Rungs, facts and credits are
    up to date when it returns."""
    said = ToldOrder(
        source=source,
        source_id=source_id,
        customer_id=customer.pk if customer else None,
        placed_at=placed_at,
        gross_minor=sum(line.total_minor for line in lines) if gross_minor is None else gross_minor,
        lines=tuple(lines),
        channel=channel,
        discount_minor=discount_minor,
        discount_codes=tuple(discount_codes),
        tags=tuple(tags),
        is_test=is_test,
        cancelled_at=cancelled_at,
    )
    check_told(said)
    with transaction.atomic():
        lock_number("order", source, source_id)
        existing = _locked(source, source_id)
        if existing is None:
            try:
                with transaction.atomic():
                    return _create(said, simulated=simulated)
            except IntegrityError as error:
                if "order_source" not in str(error):
                    raise
                existing = _locked(source, source_id)
        assert existing is not None
        return _change(existing, said)


def cancel_order(
    *, source: str, source_id: str, cancelled_at: datetime | None = None
) -> Order | None:
    """The order no longer counts, and neither do its refunds. Cancelling again changes nothing.

    None when the order is not known yet: it will be cancelled as soon as it comes. Raises
    Invalid."""
    at = cancelled_at or now()
    check_moment(at, "cancelled_at", "The time of the cancellation")
    with transaction.atomic():
        lock_number("order", source, source_id)
        order = _locked(source, source_id)
        if order is None:
            EarlyCancellation.objects.get_or_create(
                source=source, source_id=source_id, defaults={"cancelled_at": at}
            )
        elif order.cancelled_at is None:
            _move(order, at)
            record(OrderCancelled(subject_id=order.pk, customer_id=order.customer_id))
    return order


def reinstate_order(*, source: str, source_id: str) -> Order | None:
    """Take a cancellation back, also one that still waits for its order."""
    with transaction.atomic():
        lock_number("order", source, source_id)
        EarlyCancellation.objects.filter(source=source, source_id=source_id).delete()
        order = _locked(source, source_id)
        if order is not None and order.cancelled_at is not None:
            _move(order, None)
            record(OrderReinstated(subject_id=order.pk, customer_id=order.customer_id))
    return order


def _settle(order: Order, *, former_customer_id: int | None = None) -> None:
    """Everything that is added up from an order follows it; its customers are locked already."""
    changed = judge_orders(order_ids=[order.pk])
    people = {pk for pk in (order.customer_id, former_customer_id, *changed) if pk is not None}
    refresh_facts(customer_ids=people)
    if order.customer_id is None:
        credit_orders(order_ids=[order.pk])
    mark_dirty(people)
    order.refresh_from_db()


def check_moment(at: datetime, field: str, name: str) -> None:
    """Raises Invalid for a time without zone, or one that lies ahead."""
    if at.tzinfo is None or at > now() + _FUTURE:
        raise Invalid.at(field, f"{name} needs a time zone and cannot lie in the future.")


def check_lines(lines: Sequence[NewLine]) -> None:
    """Raises Invalid for more lines than an order can have."""
    if len(lines) > MAX_LINES:
        raise Invalid.at("lines", f"An order has at most {MAX_LINES} lines.")


def check_told(said: ToldOrder) -> None:
    """Raises Invalid for what no order can be."""
    check_moment(said.placed_at, "placed_at", "The order's time")
    if said.cancelled_at is not None:
        check_moment(said.cancelled_at, "cancelled_at", "The time of the cancellation")
    if not 0 <= said.gross_minor <= MAX_MINOR:
        raise Invalid.at(
            "total", "The order's total cannot be negative; money given back is a refund."
        )
    if not 0 <= said.discount_minor <= MAX_MINOR:
        raise Invalid.at("discount", "The discount is money that was taken off: zero or more.")
    if said.channel and said.channel not in SalesChannel.values:
        raise Invalid.at(
            "channel", f"The channel is one of {', '.join(SalesChannel.values)}, or left out."
        )
    for field, words in (("discount_codes", said.discount_codes), ("tags", said.tags)):
        if len(words) > MAX_WORDS or any(not 0 < len(word) <= MAX_WORD for word in words):
            raise Invalid.at(field, f"At most {MAX_WORDS}, each of 1 to {MAX_WORD} characters.")
    check_lines(said.lines)


def _locked(source: str, source_id: str) -> Order | None:
    return (
        Order.objects.select_for_update(no_key=True)
        .filter(source=source, source_id=source_id)
        .first()
    )


def _create(said: ToldOrder, *, simulated: bool) -> Recorded:
    order = Order(source=said.source, source_id=said.source_id, simulated=simulated)
    lock_customers([said.customer_id])
    _write(order, said)
    _settle(order)
    record(
        OrderRecorded(
            subject_id=order.pk, customer_id=said.customer_id, gross_minor=said.gross_minor
        )
    )
    return Recorded(order, created=True, changed=True)


def _change(order: Order, said: ToldOrder) -> Recorded:
    if bytes(order.content_hash) == said.content_hash:
        return Recorded(order, created=False, changed=False)
    former = order.customer_id
    lock_customers([former, said.customer_id])
    order.lines.all().delete()
    _write(order, said)
    _settle(order, former_customer_id=former)
    record(
        OrderChanged(
            subject_id=order.pk, customer_id=said.customer_id, gross_minor=said.gross_minor
        )
    )
    return Recorded(order, created=False, changed=True)


def _move(order: Order, cancelled_at: datetime | None) -> None:
    lock_customers([order.customer_id])
    order.cancelled_at = cancelled_at
    order.save(update_fields=["cancelled_at"])
    _settle(order)


def _write(order: Order, said: ToldOrder) -> None:
    brand = Brand.objects.get(pk=current_brand_id())
    order.customer_id = said.customer_id
    order.placed_at = said.placed_at
    order.placed_on = day_in(brand.time_zone, said.placed_at)
    order.gross_minor = said.gross_minor
    order.channel = said.channel
    order.discount_minor = said.discount_minor
    order.discount_codes = list(said.discount_codes)
    order.tags = list(said.tags)
    order.is_test = said.is_test
    order.cancelled_at = said.cancelled_at or order.cancelled_at
    order.content_hash = said.content_hash
    # No longer what an import said: its undo leaves the order alone.
    order.import_id = None
    order.rung = order.gap_days = None
    order.save()
    products = products_of(said.source, said.lines)
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            product=products[line.sku],
            position=position,
            quantity=line.quantity,
            total_minor=line.total_minor,
        )
        for position, line in enumerate(said.lines, start=1)
    )
