"""Whose turn it is: the brand's contact rules and each customer's wish, held at the last moment.

Mails that are about to leave are reserved under one lock of the brand, so that campaigns that go
out in the same second count each other's. A mail over the limit is not lost: it waits, is asked
about again when a window frees, and is left out with its reason when it has waited too long.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from psycopg import Cursor
from psycopg.rows import TupleRow

from campaigns.rules.pressure import Cap, Kind, Rules, earliest, horizon
from config.kit import sql
from config.kit.clock import now
from customers.services.locks import BrandLock

OVER_LIMIT = "over_limit"
OPEN_COMPLAINT = "open_complaint"
# A complaint ends whenever somebody closes it: it is asked about again after this long.
_ASK_AGAIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Turns:
    """Whose turn it is now; until when the others wait, or why they wait no longer."""

    now: Sequence[int]
    waiting: dict[int, datetime] = field(default_factory=dict)
    expired: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Situation:
    rules: Rules
    kind: Kind
    began_at: datetime
    zone: str
    has_dials: bool
    has_tickets: bool

    @property
    def caps(self) -> tuple[Cap, ...]:
        return self.rules.caps if self.rules.part(self.kind).obeys else ()

    @property
    def is_free(self) -> bool:
        """Nothing at all holds anybody back, and no other campaign has to know of these mails."""
        part = self.rules.part(self.kind)
        limits = self.rules.caps and (part.obeys or part.counts)
        return not (limits or self.rules.quiet or self.has_dials or self.has_tickets)

    @property
    def expires_at(self) -> datetime:
        return self.began_at + timedelta(hours=self.rules.expire_hours)


@dataclass(frozen=True, slots=True)
class _Person:
    former: tuple[tuple[datetime, Kind], ...]
    zone: ZoneInfo
    at_most_days: int | None


def take_turns(
    cursor: Cursor[TupleRow], keys: Mapping[str, Any], customer_ids: Sequence[int]
) -> Turns:
    """Reserve a mail of the campaign in `keys` for everybody whose turn it is.

    The transaction it stands in must end soon: meanwhile the brand's other campaigns wait."""
    situation = _situation(cursor, keys)
    if situation.is_free or not customer_ids:
        return Turns(customer_ids)
    lock = {"what": int(BrandLock.CONTACTS), "brand": int(keys["brand_id"]) & 0x7FFFFFFF}
    cursor.execute("SELECT pg_advisory_xact_lock(%(what)s::integer, %(brand)s::integer)", lock)
    asked = {**keys, "customer_ids": list(customer_ids), "at": now()}
    turns = _judged(cursor, asked, situation)
    cursor.execute(sql.load("campaigns", "reserve"), {**asked, "customer_ids": turns.now})
    return turns


def _situation(cursor: Cursor[TupleRow], keys: Mapping[str, Any]) -> _Situation:
    cursor.execute(sql.load("campaigns", "contact_rules"), keys)
    row = cursor.fetchone()
    assert row is not None
    rules, *rest = row
    return _Situation(msgspec.convert(rules or {}, Rules), *rest)


def _judged(cursor: Cursor[TupleRow], asked: Mapping[str, Any], situation: _Situation) -> Turns:
    moment = asked["at"]
    far = timedelta(days=366) if situation.has_dials else timedelta()
    since = {"since": moment - max(horizon(situation.caps), far)}
    tickets = {"asks_tickets": situation.has_tickets}
    cursor.execute(sql.load("campaigns", "contacts"), {**asked, **since, **tickets})
    waiting: dict[int, datetime] = {}
    expired: dict[int, str] = {}
    by_day = replace(situation, rules=msgspec.structs.replace(situation.rules, quiet=None))
    for customer_id, zone, at_most_days, has_ticket, moments, kinds in cursor.fetchall():
        person = _Person(
            tuple(zip(moments or (), kinds or (), strict=True)),
            _zone(zone) or ZoneInfo(situation.zone),
            at_most_days,
        )
        goes_at = _goes_at(moment, person, situation)
        if has_ticket:
            goes_at = max(goes_at, moment + _ASK_AGAIN)
        if goes_at == moment:
            continue
        if moment < situation.expires_at:
            waiting[customer_id] = min(goes_at, situation.expires_at)
        elif has_ticket or _goes_at(moment, person, by_day) > moment:
            expired[customer_id] = OPEN_COMPLAINT if has_ticket else OVER_LIMIT
        else:  # only a night stands before them
            waiting[customer_id] = goes_at
    others = [each for each in asked["customer_ids"] if not (each in waiting or each in expired)]
    return Turns(others, waiting, expired)


def _goes_at(moment: datetime, person: _Person, situation: _Situation) -> datetime:
    """The customer's own wish counts every mail, the brand's limits those that count."""
    rules = situation.rules
    counted = [at for at, kind in person.former if rules.part(kind).counts]
    every = [at for at, _ in person.former]
    wish = [Cap(1, days=person.at_most_days)] if person.at_most_days else []
    while True:
        later = earliest(
            moment, contacts=counted, caps=situation.caps, quiet=rules.quiet, zone=person.zone
        )
        later = earliest(later, contacts=every, caps=wish, quiet=None, zone=person.zone)
        if later == moment:
            return moment
        moment = later


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo | None:
    """The customer's clock; None when nobody knows it."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, OSError, ValueError):  # not known, a folder, not a name at all
        return None
