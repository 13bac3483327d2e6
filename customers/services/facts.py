"""Keep each customer's facts and each order's rung: one SQL for a few customers and for all."""

import logging
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from accounts.scope import current_brand_id
from config.kit.sql import load
from customers.services.counting import judge_orders
from customers.services.credits import credit_orders
from customers.services.dirty import mark_dirty

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows were not as they should be, and now are."""

    facts: int
    orders: int


def refresh_facts(*, customer_ids: Collection[int] | None) -> Written:
    """Bring facts rows, rungs and gaps of these customers (None: all of the brand) up to date, and
    have the segments of whose facts changed looked at again.

    Which orders count is judged before, where the money came from is credited after."""
    if customer_ids is not None and not customer_ids:
        return Written(0, 0)
    changed_counts = judge_orders(customer_ids=customer_ids)
    ids = None if customer_ids is None else sorted({*customer_ids, *changed_counts})
    with connection.cursor() as cursor:
        cursor.execute(
            load("customers", "facts"), {"brand_id": current_brand_id(), "customer_ids": ids}
        )
        facts, orders, changed = cursor.fetchone()
    credit_orders(customer_ids=ids)
    mark_dirty(changed)
    return Written(facts, orders)


def audit_facts(*, customer_ids: Collection[int] | None = None) -> Written:
    """Recompute the facts of these customers (None: all of the brand). Anything written means an
    update was missed somewhere."""
    written = refresh_facts(customer_ids=customer_ids)
    if written != Written(0, 0):
        logger.error(
            "facts of brand %s had drifted: %s rows, %s orders; repaired",
            current_brand_id(),
            written.facts,
            written.orders,
        )
    return written
