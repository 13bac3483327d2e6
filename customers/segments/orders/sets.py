"""What customers bought of some products or through one channel, added up once per statement.

Products are found once, then their lines, then the orders: never customer by customer."""

from dataclasses import dataclass
from typing import LiteralString

from django.db.models import Q
from psycopg.sql import SQL, Composed, Identifier

from customers.models.products import CategoryMapping, Product
from customers.segments.binder import Binder
from customers.segments.measure import Span


@dataclass(frozen=True, slots=True)
class Filter:
    """What limits the orders that count; "" does not limit. `category` is the shop's name or the
    one the brand reads in its place, `product` a SKU, `tag` a product's."""

    category: str = ""
    product: str = ""
    tag: str = ""
    channel: str = ""

    @property
    def is_about_products(self) -> bool:
        return bool(self.category or self.product or self.tag)

    def __bool__(self) -> bool:
        return self.is_about_products or bool(self.channel)


def ordered(limit: Filter, span: Span, binder: Binder) -> Identifier:
    """The alias of a set with the columns orders, minor, first_on, last_on."""
    key = ("orders", limit, span)
    return binder.joined(
        key,
        SQL(
            "SELECT one.customer_id, count(*) AS orders, sum(one.minor) AS minor,"
            " min(one.placed_on) AS first_on, max(one.placed_on) AS last_on"
            " FROM ({}) one GROUP BY one.customer_id"
        ).format(_orders(limit, span, binder)),
    )


def refunded(limit: Filter, span: Span, binder: Binder) -> Identifier:
    """The alias of a set with the column minor."""
    key = ("refunds", limit, span)
    return binder.joined(
        key,
        SQL("SELECT one.customer_id, sum(one.minor) AS minor FROM ({}) one GROUP BY 1").format(
            _refunds(limit, span, binder)
        ),
    )


def _orders(limit: Filter, span: Span, binder: Binder) -> Composed:
    where = _where("orders", "placed_on", span, binder)
    if limit.channel:
        where += SQL(" AND orders.channel = {}").format(binder.bind(limit.channel, "text"))
    if not limit.is_about_products:
        return SQL(
            "SELECT orders.customer_id, orders.placed_on, orders.gross_minor AS minor"
            " FROM customers_order orders WHERE {}"
        ).format(where)
    return SQL(
        "SELECT orders.customer_id, orders.placed_on, sum(lines.total_minor) AS minor"
        " FROM customers_orderline lines JOIN customers_order orders"
        " ON orders.brand_id = %(brand_id)s AND orders.id = lines.order_id"
        " WHERE {} AND {} GROUP BY orders.id, orders.customer_id, orders.placed_on"
    ).format(where, _lines(limit, binder))


def _refunds(limit: Filter, span: Span, binder: Binder) -> Composed:
    where = _where("refunds", "refunded_on", span, binder)
    if limit.channel:
        where += SQL(
            " AND EXISTS (SELECT FROM customers_order orders"
            " WHERE orders.brand_id = %(brand_id)s AND orders.id = refunds.order_id"
            " AND orders.channel = {})"
        ).format(binder.bind(limit.channel, "text"))
    if not limit.is_about_products:
        return SQL(
            "SELECT refunds.customer_id, refunds.amount_minor AS minor"
            " FROM customers_refund refunds WHERE {}"
        ).format(where)
    return SQL(
        "SELECT refunds.customer_id, lines.total_minor AS minor"
        " FROM customers_refundline lines JOIN customers_refund refunds"
        " ON refunds.brand_id = %(brand_id)s AND refunds.id = lines.refund_id"
        " WHERE {} AND {}"
    ).format(where, _lines(limit, binder))


def _where(table: LiteralString, day: LiteralString, span: Span, binder: Binder) -> Composed:
    """The counted rows of known customers within the window."""
    where = SQL(
        table + ".brand_id = %(brand_id)s AND " + table + ".is_counted"
        " AND " + table + ".customer_id IS NOT NULL"
    ).format()
    for bound, sign in ((span.first, SQL(">=")), (span.last, SQL("<="))):
        if bound:
            where += SQL(" AND " + table + "." + day + " {} {}").format(
                sign, binder.bind(bound, "date")
            )
    return where + binder.among(table + ".customer_id")


def _lines(limit: Filter, binder: Binder) -> Composed:
    # The products by their ids: the planner knows how many lines they have, which decides whether
    # an index or the whole table is read, and which side of a join is kept in memory.
    return SQL("lines.brand_id = %(brand_id)s AND lines.product_id = ANY({})").format(
        binder.bind(_product_ids(limit), "bigint[]")
    )


def _product_ids(limit: Filter) -> list[int]:
    found = Product.objects.order_by("pk")
    if limit.category:
        read_so = CategoryMapping.objects.filter(category=limit.category)
        found = found.filter(
            Q(category=limit.category) | Q(category__in=read_so.values("shop_category"))
        )
    if limit.product:
        found = found.filter(source_id=limit.product)
    if limit.tag:
        found = found.filter(tags__contains=[limit.tag])
    return list(found.values_list("pk", flat=True))
