"""Refunds that come inside their orders, written together as `record_refund` writes one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db import connection

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from config.kit.sql import load
from customers.models.orders import Refund, RefundLine
from customers.services.bulk_lines import line_rows, products_told
from customers.services.locks import lock_customers
from customers.services.refunds import ToldRefund


@dataclass(frozen=True, slots=True)
class OrderOf:
    """The order a refund belongs to, and whose it is."""

    id: int
    customer_id: int | None


@dataclass(slots=True)
class Refunded:
    """How many refunds were written, of which orders, and who had them before."""

    count: int = 0
    orders: set[OrderOf] = field(default_factory=set)
    former_customers: set[int | None] = field(default_factory=set)


def write_refunds(refunds: Sequence[tuple[ToldRefund, OrderOf]], brand: Brand) -> Refunded:
    """Those that are new or told of otherwise than before; the last word on one counts."""
    done = Refunded()
    latest = {(told.source, told.source_id): (told, order) for told, order in refunds}
    known = _known(set(latest))
    rows = []
    for key, (told, order) in latest.items():
        before = known.get(key)
        if before is not None and bytes(before.content_hash) == told.content_hash:
            continue
        done.orders.add(order)
        if before is not None:
            done.former_customers.add(before.customer_id)
        rows.append((told, order, before.pk if before else None))
    if rows:
        lock_customers(done.former_customers)
        RefundLine.objects.filter(refund_id__in=[pk for _, _, pk in rows if pk]).delete()
        done.count = _write(rows, brand)
    return done


def _known(keys: set[tuple[str, str]]) -> Mapping[tuple[str, str], Refund]:
    rows = Refund.objects.select_for_update(no_key=True).filter(
        source__in={source for source, _ in keys}, source_id__in={number for _, number in keys}
    )
    return {(row.source, row.source_id): row for row in rows.order_by("pk")}


def _write(rows: list[tuple[ToldRefund, OrderOf, int | None]], brand: Brand) -> int:
    products = products_told([refund for refund, _, _ in rows])
    said: list[dict[str, Any]] = [
        {
            "id": pk,
            "customer_id": order.customer_id,
            "order_id": order.id,
            "order_ref": refund.order_ref,
            "source": refund.source,
            "source_id": refund.source_id,
            "refunded_at": refund.refunded_at,
            "amount_minor": refund.amount_minor,
            "content_hash": refund.content_hash.hex(),
            "lines": line_rows(refund, products),
        }
        for refund, order, pk in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            load("customers", "bulk_refunds"),
            {
                "brand_id": current_brand_id(),
                "zone": brand.time_zone,
                "rows": msgspec.json.encode(said).decode(),
            },
        )
        (written,) = cursor.fetchone()
    return int(written)
