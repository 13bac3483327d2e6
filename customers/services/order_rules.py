"""Change which orders count, and carry the change through all orders in the background."""

import time

from accounts.scope import brand_scope
from accounts.services.events import record
from config.kit.clock import now
from customers.events.orders import OrderRuleChanged
from customers.models.customers import Customer
from customers.models.orders import Order, OrderLine, OrderRule
from customers.models.products import Product
from customers.rules.counting import CountingRule
from customers.selectors.counting import counting_rule
from customers.services.counting import judge_again, judge_guest_orders, judge_orders
from customers.services.credits import credit_guest_orders
from customers.services.dirty import mark_dirty
from customers.services.facts import refresh_facts
from customers.services.locks import lock_customers

# Customers whose orders are judged in one transaction.
STEP = 1000
# A task may run for 60 s.
RUN_SECONDS = 30.0


def change_order_rule(rule: CountingRule) -> OrderRule | None:
    """Put `rule` in force; figures follow in the background. None: it was in force already."""
    if counting_rule() == rule:
        return None
    kept = judge_again()
    kept.count_test = rule.count_test
    kept.count_zero = rule.count_zero
    kept.leave_out_tags = list(rule.leave_out_tags)
    kept.leave_out_channels = list(rule.leave_out_channels)
    kept.wholesale_from_minor = rule.wholesale_from_minor
    kept.version += 1
    kept.updated_at = now()
    kept.save()
    record(OrderRuleChanged(subject_id=kept.pk, rule_version=kept.version))
    return kept


def carry_rule_through(*, brand_id: int, seconds: float = RUN_SECONDS) -> bool:
    """Judge by the newest rule for about `seconds`; True when all orders stand judged."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with brand_scope(brand_id):
            if _judge_next():
                return True
    return False


def carry_category_through(*, brand_id: int, product_id: int, seconds: float = RUN_SECONDS) -> bool:
    """Bring who bought a product up to date with its category for about `seconds`; True when all
    of them are."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with brand_scope(brand_id):
            if _judge_next_buyers(product_id):
                return True
    return False


def settle_guest_orders() -> None:
    """Judge and credit the orders of nobody we know, which come with no customer's facts."""
    judge_guest_orders()
    credit_guest_orders()


def _judge_next() -> bool:
    """One step of customers; when none is left, the orders of nobody we know, and the end."""
    kept = OrderRule.objects.select_for_update().filter(judged_up_to__isnull=False).first()
    if kept is None:
        return True
    customers = Customer.objects.filter(pk__gt=kept.judged_up_to).order_by("pk")
    ids = list(customers.values_list("pk", flat=True)[:STEP])
    if ids:
        lock_customers(ids)
        changed = judge_orders(customer_ids=ids)
        refresh_facts(customer_ids=ids)
        mark_dirty(changed)
    else:
        settle_guest_orders()
    kept.judged_up_to = ids[-1] if ids else None
    kept.save(update_fields=["judged_up_to"])
    return not ids


def _judge_next_buyers(product_id: int) -> bool:
    """One step of a product's customers, and of the segments that ask for its category; True after
    the last. Its row is locked after theirs, as by whoever records an order."""
    moved = Product.objects.filter(pk=product_id, judged_up_to__isnull=False)
    reached = moved.values_list("judged_up_to", flat=True).first()
    if reached is None:
        return True
    orders = OrderLine.objects.filter(product=product_id).values("order")
    buyers = Order.objects.filter(pk__in=orders, customer_id__gt=reached).order_by("customer_id")
    ids = list(buyers.values_list("customer_id", flat=True).distinct()[:STEP])
    lock_customers(ids)
    refresh_facts(customer_ids=ids)
    mark_dirty(ids)
    # It may have moved once more meanwhile: then from the first buyer on again.
    is_kept = moved.filter(judged_up_to=reached).update(judged_up_to=ids[-1] if ids else None)
    return bool(is_kept) and not ids
