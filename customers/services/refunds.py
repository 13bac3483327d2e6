"""Recording money given back, at any time and in any order of arrival."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit.clock import day_in
from config.kit.errors import Invalid
from config.kit.money import MAX_MINOR
from customers.events.orders import RefundChanged, RefundRecorded
from customers.models.customers import Customer
from customers.models.orders import Order, Refund, RefundLine
from customers.services.credits import credit_orders
from customers.services.dirty import mark_dirty
from customers.services.facts import refresh_facts
from customers.services.locks import lock_customers, lock_number
from customers.services.orders import Told, check_lines, check_moment
from customers.services.products import NewLine, products_of


@dataclass(frozen=True, slots=True)
class RecordedRefund:
    refund: Refund
    created: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class ToldRefund(Told):
    """All that the source says of one refund; money and quantities are positive."""

    source: str
    source_id: str
    order_ref: str
    customer_id: int | None
    refunded_at: datetime
    amount_minor: int
    lines: tuple[NewLine, ...]


def record_refund(
    *,
    source: str,
    source_id: str,
    refunded_at: datetime,
    order_ref: str = "",
    customer: Customer | None = None,
    lines: Sequence[NewLine] = (),
    amount_minor: int | None = None,
) -> RecordedRefund:
    """The refund `source_id` of `source`, new or told of again; the same content changes nothing.

    `order_ref` is the order's number in the same source; an order that is not known yet takes the
    refund up when it comes. Until then, and for a refund that names no order, it stands with
    `customer`. `amount_minor` defaults to the sum of the lines. Raises Invalid. Facts and credits
    are up to date when it returns."""
    said = ToldRefund(
        source=source,
        source_id=source_id,
        order_ref=order_ref,
        customer_id=customer.pk if customer else None,
        refunded_at=refunded_at,
        amount_minor=sum(line.total_minor for line in lines)
        if amount_minor is None
        else amount_minor,
        lines=tuple(lines),
    )
    check_told(said)
    with transaction.atomic():
        lock_number("refund", source, source_id)
        if order_ref:
            lock_number("order", source, order_ref)
        return _write(said)


def check_told(said: ToldRefund) -> None:
    """Raises Invalid for what no refund can be."""
    check_moment(said.refunded_at, "refunded_at", "The refund's time")
    if not 0 <= said.amount_minor <= MAX_MINOR or any(line.total_minor < 0 for line in said.lines):
        raise Invalid.at("amount", "Money given back is written without a minus sign.")
    check_lines(said.lines)


def _write(said: ToldRefund) -> RecordedRefund:
    refund = Refund.objects.filter(source=said.source, source_id=said.source_id).first()
    is_new = refund is None
    if refund is None:
        refund = Refund(source=said.source, source_id=said.source_id)
    elif bytes(refund.content_hash) == said.content_hash:
        return RecordedRefund(refund, created=False, changed=False)
    former_customer_id = refund.customer_id
    order = _order_of(said)
    customer_id = order.customer_id if order else said.customer_id
    lock_customers([former_customer_id, customer_id])
    _save(refund, said, order=order, customer_id=customer_id)
    _settle(refund, {former_customer_id, customer_id})
    event = RefundRecorded if is_new else RefundChanged
    record(
        event(
            subject_id=refund.pk,
            customer_id=customer_id,
            order_id=refund.order_id,
            amount_minor=said.amount_minor,
        )
    )
    refund.refresh_from_db()
    return RecordedRefund(refund, created=is_new, changed=True)


def _order_of(said: ToldRefund) -> Order | None:
    if not said.order_ref:
        return None
    return Order.objects.filter(source=said.source, source_id=said.order_ref).first()


def _save(
    refund: Refund, said: ToldRefund, *, order: Order | None, customer_id: int | None
) -> None:
    brand = Brand.objects.get(pk=current_brand_id())
    refund.order = order
    refund.customer_id = customer_id
    refund.order_ref = said.order_ref
    refund.refunded_at = said.refunded_at
    refund.refunded_on = day_in(brand.time_zone, said.refunded_at)
    refund.amount_minor = said.amount_minor
    refund.is_counted = order is None or order.is_counted
    refund.content_hash = said.content_hash
    refund.import_id = None
    refund.save()
    refund.lines.all().delete()
    products = products_of(said.source, said.lines)
    RefundLine.objects.bulk_create(
        RefundLine(
            refund=refund,
            product=products[line.sku],
            position=position,
            quantity=line.quantity,
            total_minor=line.total_minor,
        )
        for position, line in enumerate(said.lines, start=1)
    )


def _settle(refund: Refund, customer_ids: set[int | None]) -> None:
    people = {pk for pk in customer_ids if pk is not None}
    refresh_facts(customer_ids=people)
    if refund.customer_id is None:
        credit_orders(refund_ids=[refund.pk])
    mark_dirty(people)
