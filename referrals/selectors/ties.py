"""What ties orders to advocates: found for one order, or for the few among a whole file's."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from django.db import connection

from accounts.scope import current_brand_id
from config.kit.clock import now
from config.kit.sql import joined_by_hashing, load
from referrals.rules.identity import PLUS_PROVIDERS, SAME_DOMAIN
from referrals.rules.reasons import FINAL
from referrals.selectors.keys import key_params

# Longer than any window that terms can have.
_OLDEST = timedelta(days=800)
_MANY_ORDERS = 500


@dataclass(frozen=True, slots=True)
class Tie:
    """A touch that speaks for an order."""

    order_id: int
    touch_id: int
    names_order: bool


def ties(order_ids: Collection[int] = (), *, import_id: int | None = None) -> list[Tie]:
    """What ties these orders, or those of a file that nothing was decided of yet, to advocates."""
    is_many = import_id is not None or len(order_ids) > _MANY_ORDERS
    which = "these_orders" if import_id is None else "undecided_of_file"
    params = {**tie_params(order_ids), "import_id": import_id}
    # Few orders are found one by one; many are not, whatever is thought of a new table.
    with joined_by_hashing() if is_many else connection.cursor() as cursor:
        cursor.execute(load("referrals", which) + load("referrals", "ties"), params)
        return [Tie(*row) for row in cursor.fetchall()]


def tie_params(order_ids: Collection[int]) -> dict[str, Any]:
    """Of ties.sql for these orders, and of code_touches.sql with it."""
    return {
        "brand_id": current_brand_id(),
        "order_ids": list(order_ids),
        "since": now() - _OLDEST,
        "final_reasons": sorted(FINAL),
        "plus_domains": sorted(PLUS_PROVIDERS),
        "domain_aliases": msgspec.json.encode(SAME_DOMAIN).decode(),
        **key_params(),
    }
