"""Lay WooCommerce's orders out in rows, one per line of an order.

An order of /wc/v3/orders has `line_items`, `refunds`, `coupon_lines` and `billing`."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

HEADER = (
    "number", "date_created_gmt", "status", "date_modified_gmt", "currency", "total",
    "discount_total", "refunded_total", "customer_id", "billing email", "billing phone",
    "billing first_name", "billing last_name", "billing city", "billing country", "coupons",
    "created_via", "payment_method", "line sku", "line name", "line quantity", "line total",
)  # fmt: skip


def is_order(value: object) -> bool:
    return isinstance(value, Mapping) and "line_items" in value and "billing" in value


def rows_of(order: Mapping[str, Any]) -> Iterator[list[str]]:
    """Rows of one order, in the order of HEADER."""
    billing = order.get("billing") or {}
    number = _text(order.get("number") or order.get("id"))
    head = [
        number,
        _instant(order.get("date_created_gmt") or order.get("date_created")),
        _text(order.get("status")),
        _instant(order.get("date_modified_gmt") or order.get("date_modified")),
        _text(order.get("currency")),
        _text(order.get("total")),
        _text(order.get("discount_total")),
        _refunded(order),
        # 0 is a guest.
        "" if order.get("customer_id") in {0, "0"} else _text(order.get("customer_id")),
        *(
            _text(billing.get(part))
            for part in ("email", "phone", "first_name", "last_name", "city", "country")
        ),
        ",".join(_text(coupon.get("code")) for coupon in order.get("coupon_lines") or ()),
        _text(order.get("created_via")),
        _text(order.get("payment_method")),
    ]
    rest = [number, *[""] * (len(head) - 1)]
    for place, line in enumerate(order.get("line_items") or ({},)):
        yield (rest if place else head) + [
            _text(line.get("sku") or line.get("product_id")),
            _text(line.get("name")),
            _text(line.get("quantity")),
            _text(line.get("total") or "0"),
        ]


def _refunded(order: Mapping[str, Any]) -> str:
    """What was given back; totals of refunds are negative. A state may say it alone."""
    refunds = order.get("refunds") or ()
    try:
        amount = sum((abs(Decimal(str(refund.get("total") or 0))) for refund in refunds), Decimal())
    except InvalidOperation:
        return "?"
    if not amount and order.get("status") == "refunded":
        return _text(order.get("total"))
    return str(amount) if amount else ""


def _instant(value: object) -> str:
    """Times of the API that end in `_gmt` carry no zone."""
    text = _text(value)
    return f"{text}Z" if text and not text.endswith("Z") and "+" not in text else text


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)
