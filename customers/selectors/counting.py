"""The brand's order rule, what another one would change, and how far a change has come."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.scope import current_brand_id
from config.kit import sql
from customers.models.customers import Customer
from customers.models.orders import OrderRule
from customers.rules.counting import CountingRule

RUNGS = 5


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Figures under one rule: orders that count, their net money in minor units, and how many
    customers reached rungs 1 to RUNGS."""

    orders: int
    net_minor: int
    reached: list[int]


@dataclass(frozen=True, slots=True)
class Preview:
    """What is, what would be, and how many customers would have more or fewer orders."""

    now: Foreseen
    then: Foreseen
    customers_changed: int


@dataclass(frozen=True, slots=True)
class Judging:
    """A changed rule on its way through the orders: customers done, of how many."""

    done: int
    total: int


def counting_rule() -> CountingRule:
    """The rule in force."""
    kept = OrderRule.objects.first()
    return CountingRule() if kept is None else rule_of(kept)


def rule_of(kept: OrderRule) -> CountingRule:
    return CountingRule(
        count_test=kept.count_test,
        count_zero=kept.count_zero,
        leave_out_tags=tuple(kept.leave_out_tags),
        leave_out_channels=tuple(kept.leave_out_channels),
        wholesale_from_minor=kept.wholesale_from_minor,
    )


def parameters_of(rule: CountingRule) -> dict[str, Any]:
    """The parameters of order_verdict.sql."""
    return {
        "count_test": rule.count_test,
        "count_zero": rule.count_zero,
        "leave_out_tags": list(rule.leave_out_tags),
        "leave_out_channels": list(rule.leave_out_channels),
        "wholesale_from_minor": rule.wholesale_from_minor,
    }


def preview(rule: CountingRule) -> Preview:
    """What the figures would be under `rule`, beside what they are; changes nothing."""
    verdict = sql.load("customers", "order_verdict")
    statement = sql.load("customers", "order_rule_preview").replace("/* VERDICT */", verdict)
    with connection.cursor() as cursor:
        cursor.execute(
            statement, {"brand_id": current_brand_id(), "rungs": RUNGS, **parameters_of(rule)}
        )
        now_orders, then_orders, now_minor, then_minor, changed, now_at, then_at = cursor.fetchone()
    return Preview(
        now=Foreseen(now_orders, now_minor, now_at),
        then=Foreseen(then_orders, then_minor, then_at),
        customers_changed=changed,
    )


def judging() -> Judging | None:
    """How far the newest rule has come; None when all orders stand judged by it."""
    kept = OrderRule.objects.filter(judged_up_to__isnull=False).first()
    if kept is None:
        return None
    customers = Customer.objects.all()
    return Judging(customers.filter(pk__lte=kept.judged_up_to).count(), customers.count())
