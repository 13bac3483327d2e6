"""Orders and refunds of a bulk call in the words of the single services, so that both agree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from config.kit.errors import Invalid, naming
from config.kit.text import clean_text
from customers.models.products import Product
from customers.rules.bulk import EARLIEST_YEAR
from customers.rules.bulk_orders import Line, NewOrder
from customers.services.orders import ToldOrder, check_told
from customers.services.products import NewLine, products_of
from customers.services.refunds import ToldRefund
from customers.services.refunds import check_told as check_refund

_THOUSANDTH = Decimal("0.001")
_MOST = Decimal(10) ** 9


def told_order(said: NewOrder) -> ToldOrder:
    """The order without its customer. Raises Invalid."""
    lines = _lines(said.lines, "lines")
    if said.total is None and not lines:
        raise Invalid.at("total", "Give a total or at least one line.")
    told = ToldOrder(
        source=_text(said.source, 30, "source"),
        source_id=_text(said.source_id, 120, "source_id"),
        customer_id=None,
        placed_at=_instant(said.placed_at, "placed_at"),
        gross_minor=sum(line.total_minor for line in lines) if said.total is None else said.total,
        lines=lines,
        channel=said.channel,
        discount_minor=said.discount,
        discount_codes=tuple(_text(word, 120, "discount_codes") for word in said.discount_codes),
        tags=tuple(_text(word, 120, "tags") for word in said.tags),
        is_test=said.is_test,
        cancelled_at=_instant(said.cancelled_at, "cancelled_at") if said.cancelled_at else None,
    )
    check_told(told)
    return told


def told_refunds(said: NewOrder) -> list[ToldRefund]:
    """What was given back of the order. Raises Invalid."""
    refunds = []
    for at, refund in enumerate(said.refunds):
        lines = _lines(refund.lines, f"refunds/{at}/lines")
        amount = refund.amount
        if amount is None and not lines:
            raise Invalid.at(f"refunds/{at}/amount", "Give an amount or at least one line.")
        told = ToldRefund(
            source=_text(said.source, 30, "source"),
            source_id=_text(refund.source_id, 120, f"refunds/{at}/source_id"),
            order_ref=_text(said.source_id, 120, "source_id"),
            customer_id=None,
            refunded_at=_instant(refund.refunded_at, f"refunds/{at}/refunded_at"),
            amount_minor=sum(line.total_minor for line in lines) if amount is None else amount,
            lines=lines,
        )
        check_refund(told)
        refunds.append(told)
    return refunds


def products_told(told: Sequence[ToldOrder | ToldRefund]) -> dict[str, dict[str, Product]]:
    """The products of all their lines by source and SKU, made where missing."""
    return {
        source: products_of(
            source, _folded(line for one in told if one.source == source for line in one.lines)
        )
        for source in {one.source for one in told}
    }


def line_rows(
    told: ToldOrder | ToldRefund, products: Mapping[str, Mapping[str, Product]]
) -> list[dict[str, Any]]:
    """Its lines as bulk_orders.sql and bulk_refunds.sql read them."""
    return [
        {
            "product_id": products[told.source][line.sku].pk,
            "position": position,
            "quantity": line.quantity,
            "total_minor": line.total_minor,
        }
        for position, line in enumerate(told.lines, start=1)
    ]


def _folded(lines: Iterable[NewLine]) -> list[NewLine]:
    """One line for each SKU with the last title and category that were said of it."""
    latest: dict[str, NewLine] = {}
    for line in lines:
        former = latest.get(line.sku, line)
        latest[line.sku] = replace(
            line, title=line.title or former.title, category=line.category or former.category
        )
    return list(latest.values())


def _lines(said: Sequence[Line], place: str) -> tuple[NewLine, ...]:
    return tuple(
        NewLine(
            sku=_text(line.sku, 120, f"{place}/{at}/sku"),
            total_minor=line.total,
            quantity=_quantity(line.quantity, f"{place}/{at}/quantity"),
            title=_cleaned(line.title, 300, f"{place}/{at}/title"),
            category=_cleaned(line.category, 120, f"{place}/{at}/category"),
        )
        for at, line in enumerate(said)
    )


def _quantity(said: Decimal | None, place: str) -> Decimal:
    if said is None:
        return Decimal(1)
    if not said.is_finite() or abs(said) >= _MOST or said != said.quantize(_THOUSANDTH):
        raise Invalid.at(
            place, "A quantity has at most nine digits before the point and three behind it."
        )
    return said.quantize(_THOUSANDTH)


def _instant(at: datetime, place: str) -> datetime:
    if at.year < EARLIEST_YEAR:
        raise Invalid.at(place, "The time cannot lie before 1900.")
    return at.astimezone(UTC)


def _text(value: str, max_length: int, place: str) -> str:
    text = _cleaned(value, max_length, place)
    if not text:
        raise Invalid("This is empty.", fields={place: "This is empty."})
    return text


def _cleaned(value: str, max_length: int, place: str) -> str:
    with naming(place):
        return clean_text(value, max_length=max_length)
