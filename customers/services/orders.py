"""Recording single orders, as shops tell of them one by one (files go through imports)."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
from django.db import IntegrityError, transaction

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit.clock import day_in, now
from config.kit.errors import Invalid
from config.kit.money import MAX_MINOR
from customers.events import OrderChanged, OrderRecorded
from customers.models.customers import Customer
from customers.models.orders import Order, OrderLine
from customers.models.products import Product
from customers.services.facts import refresh_facts

MAX_LINES = 500
# Clocks of shops run a little fast; a later date is a mistake.
_FUTURE = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """`total_minor` is the line's money in minor units; a discount may be negative."""

    sku: str
    total_minor: int
    quantity: Decimal = Decimal(1)
    title: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    order: Order
    created: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class _Said:
    """All that the source says of one order."""

    source: str
    source_id: str
    customer_id: int | None
    placed_at: datetime
    gross_minor: int
    lines: tuple[NewLine, ...]

    @property
    def content_hash(self) -> bytes:
        return hashlib.sha256(msgspec.json.encode(asdict(self), order="sorted")).digest()


def record_order(
    *,
    source: str,
    source_id: str,
    placed_at: datetime,
    customer: Customer | None,
    lines: Sequence[NewLine] = (),
    gross_minor: int | None = None,
    simulated: bool = False,
) -> Recorded:
    """The order `source_id` of `source`, new or told of again; the same content changes nothing.

    `gross_minor` defaults to the sum of the lines. Money is in the brand's currency. Raises
    Invalid. Rungs and facts are up to date when it returns."""
    gross = sum(line.total_minor for line in lines) if gross_minor is None else gross_minor
    said = _Said(
        source, source_id, customer.pk if customer else None, placed_at, gross, tuple(lines)
    )
    _check(said)
    with transaction.atomic():
        existing = _locked(said)
        if existing is None:
            try:
                with transaction.atomic():
                    return _create(said, simulated=simulated)
            except IntegrityError as error:
                if "order_source" not in str(error):
                    raise
                existing = _locked(said)
        assert existing is not None
        return _change(existing, said)


def _check(said: _Said) -> None:
    if said.placed_at.tzinfo is None or said.placed_at > now() + _FUTURE:
        message = "The order's time needs a time zone and cannot lie in the future."
        raise Invalid(message, fields={"placed_at": message})
    if not 0 <= said.gross_minor <= MAX_MINOR:
        message = "The order's total cannot be negative; money given back is a refund."
        raise Invalid(message, fields={"total": message})
    if len(said.lines) > MAX_LINES:
        message = f"An order has at most {MAX_LINES} lines."
        raise Invalid(message, fields={"lines": message})


def _locked(said: _Said) -> Order | None:
    return (
        Order.objects.select_for_update(no_key=True)
        .filter(source=said.source, source_id=said.source_id)
        .first()
    )


def _create(said: _Said, *, simulated: bool) -> Recorded:
    order = Order(source=said.source, source_id=said.source_id, simulated=simulated)
    _lock_customers(said.customer_id)
    _write(order, said)
    order.refresh_from_db()
    record(
        OrderRecorded(
            subject_id=order.pk, customer_id=said.customer_id, gross_minor=said.gross_minor
        )
    )
    return Recorded(order, created=True, changed=True)


def _change(order: Order, said: _Said) -> Recorded:
    if bytes(order.content_hash) == said.content_hash:
        return Recorded(order, created=False, changed=False)
    former = order.customer_id
    _lock_customers(former, said.customer_id)
    order.lines.all().delete()
    _write(order, said)
    if former not in {None, said.customer_id}:
        refresh_facts(customer_ids=[former])
    order.refresh_from_db()
    record(
        OrderChanged(
            subject_id=order.pk, customer_id=said.customer_id, gross_minor=said.gross_minor
        )
    )
    return Recorded(order, created=False, changed=True)


def _lock_customers(*ids: int | None) -> None:
    """In id order. Two orders of one customer at once would each miss the other in the facts."""
    wanted = [pk for pk in ids if pk is not None]
    rows = Customer.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    list(rows.values_list("pk", flat=True))


def _write(order: Order, said: _Said) -> None:
    brand = Brand.objects.get(pk=current_brand_id())
    order.customer_id = said.customer_id
    order.placed_at = said.placed_at
    order.placed_on = day_in(brand.time_zone, said.placed_at)
    order.gross_minor = said.gross_minor
    order.content_hash = said.content_hash
    order.rung = order.gap_days = None
    order.save()
    products = _products(said)
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
    if said.customer_id is not None:
        refresh_facts(customer_ids=[said.customer_id])


def _products(said: _Said) -> dict[str, Product]:
    """By SKU, made where missing; a title or category that is said replaces the former one."""
    latest = {line.sku: line for line in said.lines}
    rows = Product.objects.filter(source=said.source, source_id__in=latest)
    known = {product.source_id: product for product in rows}
    missing = [
        Product(source=said.source, source_id=sku, title=line.title, category=line.category)
        for sku, line in sorted(latest.items())
        if sku not in known
    ]
    if missing:
        Product.objects.bulk_create(missing, ignore_conflicts=True)
        known = {product.source_id: product for product in rows.all()}
    for sku in sorted(known):
        product, line = known[sku], latest[sku]
        title, category = line.title or product.title, line.category or product.category
        if (title, category) != (product.title, product.category):
            product.title, product.category = title, category
            product.save(update_fields=["title", "category"])
    return known
