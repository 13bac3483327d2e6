"""The figures there are from the start: the ladder, and how somebody buys."""

from datetime import timedelta

from psycopg.sql import SQL, Composed

from customers.segments.base import FACT
from customers.segments.binder import Binder
from customers.segments.figure.leaf import Figure
from customers.segments.measure import Span
from customers.segments.orders import history


def _history(binder: Binder) -> history.History:
    """All orders; of a past as-of day, those up to it."""
    return history.orders(Span(None, binder.as_of if binder.is_past else None), binder)


def _rung(binder: Binder) -> Composed:
    return _history(binder).count() if binder.is_past else _FACT_RUNG.format()


def _days_since_order(binder: Binder) -> Composed:
    return SQL("({} - {})").format(binder.day(binder.as_of), _history(binder).last())


def _days_between_orders(binder: Binder) -> Composed:
    """The mean of the gaps, rounded; unknown before the second order."""
    orders = _history(binder)
    return SQL("round(({} - {})::numeric / NULLIF({} - 1, 0))").format(
        orders.last(), orders.first(), orders.count()
    )


def _average_order(binder: Binder) -> Composed:
    orders = _history(binder)
    refunds = history.refunds(Span(None, binder.as_of if binder.is_past else None), binder)
    return SQL("round(({} - {})::numeric / NULLIF({}, 0))").format(
        orders.total(), refunds.total(), orders.count()
    )


def _daily(binder: Binder) -> Composed:
    """Whoever bought is looked at every day."""
    return SQL("CASE WHEN facts.orders_count > 0 THEN {} END").format(
        binder.bind(binder.as_of + timedelta(days=1), "date")
    )


def _never(_: Binder) -> None:
    return None


_FACT_RUNG = SQL("facts.orders_count")
LADDER = (
    Figure("rung", "Orders so far", "Ladder", "number", _rung, _never, cost=FACT),
    Figure(
        "days_since_order", "Days since the last order", "Ladder", "days", _days_since_order, _daily
    ),
    Figure(
        "days_between_orders",
        "Days between orders, on average",
        "Ladder",
        "days",
        _days_between_orders,
        _never,
    ),
    Figure(
        "average_order", "Average order, less refunds", "Ladder", "money", _average_order, _never
    ),
)
