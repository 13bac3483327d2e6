"""Decide which orders count, and tie what came before its order to it."""

from collections.abc import Collection

from django.db import connection

from accounts.scope import current_brand_id
from config.kit import sql
from customers.models.orders import OrderRule
from customers.selectors.counting import counting_rule, parameters_of


def judge_orders(
    *, customer_ids: Collection[int] | None = None, order_ids: Collection[int] | None = None
) -> set[int]:
    """Judge the orders of these customers and these orders (neither given: all of the brand).

    Refunds and cancellations that were waiting for their order are tied to it first. Returns the
    customers whose counted orders or refunds changed: their facts are due."""
    if customer_ids is None and order_ids is None:
        return _judge(everything=True)
    if not customer_ids and not order_ids:
        return set()
    return _judge(customer_ids=customer_ids or (), order_ids=order_ids or ())


def judge_guest_orders() -> None:
    """Judge the orders of nobody we know."""
    _judge(guests=True)


def judge_again() -> OrderRule:
    """Have all orders and credits of the brand judged anew, from the first customer on; whoever
    asks for it records an event that the wiring turns into the work. Locks the rule."""
    OrderRule.objects.bulk_create([OrderRule()], ignore_conflicts=True)
    kept = OrderRule.objects.select_for_update().get()
    kept.judged_up_to = 0
    kept.save(update_fields=["judged_up_to"])
    return kept


def _judge(
    *,
    customer_ids: Collection[int] = (),
    order_ids: Collection[int] = (),
    guests: bool = False,
    everything: bool = False,
) -> set[int]:
    verdict = sql.load("customers", "order_verdict")
    statement = sql.load("customers", "order_counts").replace("/* VERDICT */", verdict)
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "brand_id": current_brand_id(),
                "customer_ids": sorted(customer_ids),
                "order_ids": sorted(order_ids),
                "guests": guests,
                "everything": everything,
                **parameters_of(counting_rule()),
            },
        )
        (changed,) = cursor.fetchone()
    return set(changed)
