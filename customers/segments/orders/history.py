"""Windows of a customer's orders and refunds, read from the histories on the fact row.

The days of a history are in order, so `width_bucket` finds by bisection how many lie up to a day;
its money is a running total, so that a window is the difference of two elements."""

from datetime import timedelta
from typing import LiteralString

from psycopg.sql import SQL, Composed

from customers.segments.binder import Binder
from customers.segments.measure import Span, as_date


class History:
    """One history within a window."""

    def __init__(
        self, days: LiteralString, money: LiteralString, span: Span, binder: Binder
    ) -> None:
        self.days = SQL("facts." + days)
        self.money = SQL("facts." + money)
        self.before = (
            SQL("width_bucket({}, {})").format(
                binder.day(span.first - timedelta(days=1)), self.days
            )
            if span.first
            else SQL("0").format()
        )
        self.upto = (
            SQL("width_bucket({}, {})").format(binder.day(span.last), self.days)
            if span.last
            else SQL("cardinality({})").format(self.days)
        )

    def count(self) -> Composed:
        return SQL("COALESCE({} - {}, 0)").format(self.upto, self.before)

    def total(self) -> Composed:
        return SQL("({} - {})").format(self._by(self.upto), self._by(self.before))

    def _by(self, place: Composed) -> Composed:
        return SQL("COALESCE({}[{}], 0)").format(self.money, place)

    def first(self) -> Composed:
        """NULL without any."""
        return SQL("(CASE WHEN {1} > {2} THEN {0}[{2} + 1] END)").format(
            self.days, self.upto, self.before
        )

    def last(self) -> Composed:
        return SQL("(CASE WHEN {1} > {2} THEN {0}[{1}] END)").format(
            self.days, self.upto, self.before
        )


class OrderHistory(History):
    """Of those whose last order lies before the window's end, all the money is its end."""

    def __init__(self, span: Span, binder: Binder) -> None:
        super().__init__("order_days", "order_gross", span, binder)
        self.end = binder.bind(span.last, "date") if span.last else None

    def total(self) -> Composed:
        whole = SQL("facts.gross_minor").format()
        upto = whole
        if self.end:
            upto = SQL("CASE WHEN facts.last_order_on <= {} THEN {} ELSE {} END").format(
                self.end, whole, self._by(self.upto)
            )
        return SQL("({} - {})").format(upto, self._by(self.before))


class RefundHistory(History):
    """Most have none, and a refund is never less than nothing."""

    def __init__(self, span: Span, binder: Binder) -> None:
        super().__init__("refund_days", "refund_minor", span, binder)

    def total(self) -> Composed:
        return SQL("(CASE WHEN facts.refunded_minor > 0 THEN {} ELSE 0 END)").format(
            super().total()
        )


def orders(span: Span, binder: Binder) -> History:
    return OrderHistory(span, binder)


def refunds(span: Span, binder: Binder) -> History:
    return RefundHistory(span, binder)


def leaves_on(column: LiteralString, window_days: int, binder: Binder) -> list[Composed]:
    """When the first entry of a window that ends on the as-of day leaves it, and when the first
    entry after that day comes into it."""
    days = SQL("facts." + column)
    before = binder.day(binder.as_of - timedelta(days=window_days))
    first = SQL("({0}[width_bucket({1}, {0}) + 1] + {2})").format(
        days, before, binder.bind(window_days, "integer")
    )
    return [as_date(first), *comes_on(column, binder)]


def comes_on(column: LiteralString, binder: Binder) -> list[Composed]:
    """The first entry after the as-of day: clocks of shops run ahead."""
    days = SQL("facts." + column)
    return [as_date(SQL("{0}[width_bucket({1}, {0}) + 1]").format(days, binder.day(binder.as_of)))]
