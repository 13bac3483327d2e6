"""What customers bought: how often, for how much, how long ago; of all or of some products."""

from datetime import timedelta
from typing import Annotated, Literal, LiteralString

from msgspec import Meta
from psycopg.sql import SQL, Composed

from customers.segments.base import (
    COMPARE_CHOICES,
    COMPARISONS,
    Compare,
    Control,
    LeafBase,
    Subject,
    Words,
    days,
)
from customers.segments.binder import Binder

Measure = Literal["count", "net", "gross", "last", "first"]

# The facts row answers when there is neither a window nor a product.
_FACTS: dict[Measure, LiteralString] = {
    "count": "COALESCE(facts.orders_count, 0)",
    "net": "COALESCE(facts.net_minor, 0)",
    "gross": "COALESCE(facts.gross_minor, 0)",
    "last": "facts.last_order_on",
    "first": "facts.first_order_on",
}
_ORDERS: dict[Measure, LiteralString] = {
    "count": "count(*)",
    "gross": "COALESCE(sum(orders.gross_minor), 0)",
    "last": "max(orders.placed_on)",
    "first": "min(orders.placed_on)",
}
_FROM_ORDERS: LiteralString = (
    "FROM customers_order orders"
    " WHERE orders.brand_id = %(brand_id)s AND orders.customer_id = customer.id"
)
_FROM_REFUNDS: LiteralString = (
    "FROM customers_refund refunds"
    " WHERE refunds.brand_id = %(brand_id)s AND refunds.customer_id = customer.id"
)
_FROM_ORDER_LINES: LiteralString = (
    "FROM customers_orderline lines"
    " WHERE lines.brand_id = %(brand_id)s AND lines.order_id = orders.id"
)
_FROM_REFUND_LINES: LiteralString = (
    "FROM customers_refundline lines"
    " WHERE lines.brand_id = %(brand_id)s AND lines.refund_id = refunds.id"
)
# IS TRUE keeps the planner from joining: the products are looked up once and hashed.
_OF_PRODUCTS: LiteralString = (
    " AND (lines.product_id IN (SELECT product.id FROM customers_product product"
    " WHERE product.brand_id = %(brand_id)s{})) IS TRUE"
)

_PRODUCT_CONTROLS = (
    Control("category", "Only this product category", "text", suggest="category", optional=True),
    Control("product", "Only this product (SKU)", "text", suggest="product", optional=True),
)


def _amount_subject(measure: Measure, label: str, *, kind: Literal["number", "money"]) -> Subject:
    return Subject(
        f"orders.{measure}",
        label,
        "Orders",
        {"measure": measure},
        (
            Control("op", "Comparison", "choice", choices=COMPARE_CHOICES, start="at_least"),
            Control("value", label, kind, start="1" if kind == "number" else "100"),
            Control("days", "Days", "number", before="in the last", after="days", optional=True),
            *_PRODUCT_CONTROLS,
        ),
    )


def _day_subject(measure: Measure, label: str) -> Subject:
    return Subject(
        f"orders.{measure}",
        label,
        "Orders",
        {"measure": measure},
        (
            Control("op", "Comparison", "choice", choices=COMPARE_CHOICES, start="at_least"),
            Control("value", label, "number", start="60", after="days ago"),
            *_PRODUCT_CONTROLS,
        ),
    )


class Orders(LeafBase, frozen=True, kw_only=True, tag="orders"):
    """`value`: orders, minor units of money, or (last, first) days ago. `days` looks back from
    the as-of day, which counts as the first; `category` and `product` (a SKU) limit what counts.

    Somebody who never bought matches no rule about the last or first order."""

    subjects = (
        _amount_subject("count", "Number of orders", kind="number"),
        _amount_subject("net", "Spent, less refunds", kind="money"),
        _amount_subject("gross", "Spent, before refunds", kind="money"),
        _day_subject("last", "Last order"),
        _day_subject("first", "First order"),
    )

    measure: Measure
    op: Compare
    value: Annotated[int, Meta(ge=-(10**15), le=10**15)]
    days: Annotated[int, Meta(ge=1, le=36_500)] | None = None
    category: Annotated[str, Meta(max_length=120)] = ""
    product: Annotated[str, Meta(max_length=120)] = ""

    def __post_init__(self) -> None:
        if self.measure in {"last", "first"}:
            if self.days is not None:
                raise ValueError('"days" does not fit here: "value" is the number of days')
            if not 0 <= self.value <= 36_500:
                raise ValueError("give a number of days from 0 to 36,500")
        elif self.measure == "count" and self.value < 0:
            raise ValueError("give a number of orders of 0 or more")

    def predicate(self, binder: Binder) -> Composed:
        figure = self._figure(binder)
        if self.measure in {"last", "first"}:
            # n days ago or more is that day or earlier: the comparison turns round.
            sign = {"at_least": SQL("<="), "at_most": SQL(">="), "exactly": SQL("=")}[self.op]
            day = binder.bind(binder.as_of - timedelta(days=self.value), "date")
            return SQL("{} {} {}").format(figure, sign, day)
        sign = SQL(COMPARISONS[self.op][0])
        return SQL("{} {} {}").format(figure, sign, binder.bind(self.value, "bigint"))

    def _figure(self, binder: Binder) -> Composed:
        if self.days is None and not self.category and not self.product:
            return Composed([SQL(_FACTS[self.measure])])
        if self.measure == "net":
            return SQL("({} - {})").format(self._spent(binder), self._refunded(binder))
        if self.measure == "gross":
            return self._spent(binder)
        where = self._in_window(binder, SQL("orders.placed_on"))
        if self._is_about_products:
            lines = self._of_products(binder)
            where += SQL(" AND EXISTS (SELECT " + _FROM_ORDER_LINES + "{})").format(lines)
        return SQL("(SELECT " + _ORDERS[self.measure] + " " + _FROM_ORDERS + "{})").format(where)

    @property
    def _is_about_products(self) -> bool:
        return bool(self.category or self.product)

    def _spent(self, binder: Binder) -> Composed:
        figure: LiteralString = "COALESCE(sum(orders.gross_minor), 0)"
        if not self._is_about_products:
            where = self._in_window(binder, SQL("orders.placed_on"))
            return SQL("(SELECT " + figure + " " + _FROM_ORDERS + "{})").format(where)
        window = self._in_window(binder, SQL("orders.placed_on"))
        return SQL(
            "(SELECT COALESCE(sum((SELECT sum(lines.total_minor) "
            + _FROM_ORDER_LINES
            + "{})), 0) "
            + _FROM_ORDERS
            + "{})"
        ).format(self._of_products(binder), window)

    def _refunded(self, binder: Binder) -> Composed:
        window = self._in_window(binder, SQL("refunds.refunded_on"))
        if not self._is_about_products:
            return SQL(
                "(SELECT COALESCE(sum(refunds.amount_minor), 0) " + _FROM_REFUNDS + "{})"
            ).format(window)
        return SQL(
            "(SELECT COALESCE(sum((SELECT sum(lines.total_minor) "
            + _FROM_REFUND_LINES
            + "{})), 0) "
            + _FROM_REFUNDS
            + "{})"
        ).format(self._of_products(binder), window)

    def _in_window(self, binder: Binder, column: SQL) -> Composed:
        if self.days is None:
            return Composed([])
        first = binder.bind(binder.as_of - timedelta(days=self.days - 1), "date")
        last = binder.bind(binder.as_of, "date")
        return SQL(" AND {} BETWEEN {} AND {}").format(column, first, last)

    def _of_products(self, binder: Binder) -> Composed:
        where = Composed([])
        if self.category:
            bound = binder.bind(self.category, "text")
            where += SQL(" AND product.category = {}").format(bound)
        if self.product:
            bound = binder.bind(self.product, "text")
            where += SQL(" AND product.source_id = {}").format(bound)
        return SQL(_OF_PRODUCTS).format(where)

    def sentence(self, words: Words) -> str:
        than = COMPARISONS[self.op][1]
        if self.measure in {"last", "first"}:
            text = f"ordered{self._what} {self.measure} {than} {days(self.value)} ago"
        elif self.measure == "count":
            noun = "order" if self.value == 1 else "orders"
            text = f"placed {than} {self.value:,} {noun}{self._what}"
        else:
            less = "less refunds" if self.measure == "net" else "before refunds"
            text = f"spent {than} {words.money(self.value)}{self._what} ({less})"
        return text + (f" in the last {days(self.days)}" if self.days else "")

    @property
    def _what(self) -> str:
        names = [f"“{name}”" for name in (self.category, self.product) if name]
        return " of " + " / ".join(names) if names else ""
