"""Whose turn it is: the brand's contact rules and each customer's wish, held at the last moment.

Mails that are about to leave are reserved under one lock of the brand, so that campaigns that go
out in the same second count each other's. A mail over the limit is not lost: it waits, is asked
about again when a window frees, and is left out with its reason when it has waited too long.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg import Cursor
from psycopg.rows import TupleRow

from campaigns.selectors.turns import Situation, situation, waits
from config.kit import sql
from config.kit.clock import now
from customers.services.locks import BrandLock

OVER_LIMIT = "over_limit"
OPEN_COMPLAINT = "open_complaint"


@dataclass(frozen=True, slots=True)
class Turns:
    """Whose turn it is now; until when the others wait, or why they wait no longer."""

    now: Sequence[int]
    waiting: dict[int, datetime] = field(default_factory=dict)
    expired: dict[int, str] = field(default_factory=dict)


def take_turns(
    cursor: Cursor[TupleRow], keys: Mapping[str, Any], customer_ids: Sequence[int]
) -> Turns:
    """Reserve a mail of the campaign in `keys` for everybody whose turn it is.

    The transaction it stands in must end soon: meanwhile the brand's other campaigns wait."""
    held = situation(cursor, keys)
    if held.is_free or not customer_ids:
        return Turns(customer_ids)
    lock = {"what": int(BrandLock.CONTACTS), "brand": int(keys["brand_id"]) & 0x7FFFFFFF}
    cursor.execute("SELECT pg_advisory_xact_lock(%(what)s::integer, %(brand)s::integer)", lock)
    asked = {**keys, "customer_ids": list(customer_ids), "at": now()}
    turns = _judged(cursor, asked, held)
    about = {"customer_ids": turns.now, "asked_ids": asked["customer_ids"]}
    cursor.execute(sql.load("campaigns", "reserve"), {**asked, **about})
    return turns


def _judged(cursor: Cursor[TupleRow], asked: Mapping[str, Any], held: Situation) -> Turns:
    waiting: dict[int, datetime] = {}
    expired: dict[int, str] = {}
    for wait in waits(cursor, asked, held):
        if asked["at"] < held.expires_at:
            waiting[wait.customer_id] = min(wait.until, held.expires_at)
        elif wait.is_only_night:
            waiting[wait.customer_id] = wait.until
        else:
            expired[wait.customer_id] = OPEN_COMPLAINT if wait.has_ticket else OVER_LIMIT
    others = [each for each in asked["customer_ids"] if not (each in waiting or each in expired)]
    return Turns(others, waiting, expired)
