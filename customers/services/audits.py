"""The nightly audit: what is kept of every customer is worked out again, some at a time."""

import time

from accounts.scope import brand_scope
from customers.models.customers import Customer
from customers.services.facts import audit_facts
from customers.services.locks import lock_customers
from customers.services.order_rules import settle_guest_orders

# Customers who are locked and audited in one transaction.
STEP = 1000
# A task may run for 60 s.
RUN_SECONDS = 30.0


def audit_from(*, brand_id: int, after: int) -> int | None:
    """Audit facts, orders and credits for some time, from the customers after this id on.

    Returns the id to go on from; None when everybody was audited, and the orders of nobody we
    know, which come last. Opens its own scopes."""
    deadline = time.monotonic() + RUN_SECONDS
    while True:
        with brand_scope(brand_id):
            everybody = Customer.objects.filter(pk__gt=after).order_by("pk")
            ids = list(everybody.values_list("pk", flat=True)[:STEP])
            if not ids:
                settle_guest_orders()
                return None
            lock_customers(ids)
            audit_facts(customer_ids=ids)
        after = ids[-1]
        if time.monotonic() >= deadline:
            return after
