"""Whose turn it is under the contact rules and each customer's own wish: asked, not taken.

Senders take turns through campaigns.services.allowances; here a draft is held against the rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection

from accounts.scope import current_brand_id
from campaigns.models.campaigns import Campaign
from campaigns.rules.pressure import TRANSACTIONAL, Cap, Kind, Rules, earliest, horizon
from config.kit import sql
from config.kit.clock import now

# A complaint ends whenever somebody closes it: it is asked about again after this long.
_ASK_AGAIN = timedelta(minutes=15)
# More mails than anybody gets.
_NO_LIMIT = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Situation:
    """The rules as they are, what they take a campaign for, and since when it is on its way."""

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
    def own(self) -> tuple[Cap, ...]:
        """Limits among mails of the same kind."""
        return self.rules.own.get(self.kind, ())

    @property
    def is_free(self) -> bool:
        """Nothing at all holds anybody back, and no other campaign has to know of these mails."""
        part = self.rules.part(self.kind)
        limits = self.own or (self.rules.caps and (part.obeys or part.counts))
        return not (limits or self.rules.quiet or self.has_dials or self.has_tickets)

    @property
    def expires_at(self) -> datetime:
        return self.began_at + timedelta(hours=self.rules.expire_hours)


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody whose turn comes `until` then; `is_only_night`: by day it would be theirs now."""

    customer_id: int
    until: datetime
    has_ticket: bool
    is_only_night: bool


@dataclass(frozen=True, slots=True)
class Pressure:
    """How many of some people would wait for their turn, and how many of them too long."""

    waiting: int = 0
    expiring: int = 0


@dataclass(frozen=True, slots=True)
class _Person:
    former: tuple[tuple[datetime, str], ...]
    zone: ZoneInfo
    at_most_days: int | None


def situation(cursor: Any, keys: Mapping[str, Any]) -> Situation:
    """Of the campaign, or the chunk of it, in `keys`."""
    cursor.execute(sql.load("campaigns", "contact_rules"), keys)
    rules, *rest = cursor.fetchone()
    if isinstance(rules, str):  # Django leaves jsonb as text on its own cursors
        rules = msgspec.json.decode(rules)
    return Situation(msgspec.convert(rules or {}, Rules), *rest)


def waits(cursor: Any, asked: Mapping[str, Any], held: Situation) -> Iterator[Wait]:
    """Those of the customers in `asked` whose turn is not at the moment `at`."""
    moment = asked["at"]
    far = timedelta(days=366) if held.has_dials else timedelta()
    caps = (*held.caps, *held.own)
    since = {"since": moment - max(horizon(caps), far)}
    # Most people are far from any limit: at night everybody is asked about, else who got some mail.
    fewest = min((cap.count for cap in caps), default=_NO_LIMIT)
    flags = {
        "asks_tickets": held.has_tickets,
        "counts_transactional": held.rules.counts_transactional,
        "everybody": held.has_tickets or held.rules.quiet is not None,
        "fewest": 1 if held.has_dials else fewest,
    }
    cursor.execute("SET LOCAL enable_sort = off")
    cursor.execute(sql.load("campaigns", "contacts"), {**asked, **since, **flags})
    found = cursor.fetchall()
    cursor.execute("SET LOCAL enable_sort = on")
    kinds = _kinds(cursor, asked, {each for row in found for each in row[-1] or ()})
    by_day = replace(held, rules=msgspec.structs.replace(held.rules, quiet=None))
    is_simple = held.rules.quiet is None
    for customer_id, zone, at_most_days, has_ticket, moments, campaign_ids in found:
        if is_simple and not (at_most_days or has_ticket) and len(moments or ()) < fewest:
            continue
        person = _Person(
            tuple(zip(moments or (), map(kinds.__getitem__, campaign_ids or ()), strict=True)),
            _zone(zone) or ZoneInfo(held.zone),
            at_most_days,
        )
        goes_at = _goes_at(moment, person, held)
        if has_ticket:
            goes_at = max(goes_at, moment + _ASK_AGAIN)
        if goes_at > moment:
            is_only_night = not has_ticket and _goes_at(moment, person, by_day) == moment
            yield Wait(customer_id, goes_at, has_ticket, is_only_night)


def pressure_on(campaign: Campaign, customer_ids: Sequence[int]) -> Pressure:
    """What the contact rules would do to these people if the campaign went out now."""
    keys = {"brand_id": current_brand_id(), "campaign_id": campaign.pk, "chunk_id": None}
    moment = now()
    with connection.cursor() as cursor:
        held = situation(cursor, keys)
        if held.is_free or not customer_ids:
            return Pressure()
        asked = {**keys, "customer_ids": list(customer_ids), "at": moment}
        found = list(waits(cursor, asked, held))
    last = moment + timedelta(hours=held.rules.expire_hours)
    late = [each for each in found if each.until > last and not each.is_only_night]
    return Pressure(waiting=len(found), expiring=len(late))


def over_limit(campaign: Campaign, customer_ids: Sequence[int]) -> dict[int, bool]:
    """Whose turn it is not with a letter or a call now, and whether for an open complaint's sake.

    Nobody is woken by a list, so quiet hours are no matter. In a transaction."""
    keys = {"brand_id": current_brand_id(), "campaign_id": campaign.pk, "chunk_id": None}
    with connection.cursor() as cursor:
        held = situation(cursor, keys)
        by_day = replace(held, rules=msgspec.structs.replace(held.rules, quiet=None))
        if by_day.is_free or not customer_ids:
            return {}
        asked = {**keys, "customer_ids": list(customer_ids), "at": now()}
        return {each.customer_id: each.has_ticket for each in waits(cursor, asked, by_day)}


def _kinds(cursor: Any, asked: Mapping[str, Any], campaign_ids: set[int]) -> dict[int, str]:
    """What the rules take these campaigns for; 0 stands for mails that answer an act."""
    keys = {"brand_id": asked["brand_id"], "campaign_ids": sorted(campaign_ids - {0})}
    if keys["campaign_ids"]:
        cursor.execute(sql.load("campaigns", "contact_kinds"), keys)
        return {0: TRANSACTIONAL, **dict(cursor.fetchall())}
    return {0: TRANSACTIONAL}


def _goes_at(moment: datetime, person: _Person, held: Situation) -> datetime:
    """The customer's own wish counts all campaigns, the brand's limits the mails that count, and
    those of one kind its like."""
    rules = held.rules
    counted = [at for at, kind in person.former if rules.counts(kind)]
    every = [at for at, kind in person.former if kind != TRANSACTIONAL]
    alike = [at for at, kind in person.former if kind == held.kind]
    wish = [Cap(1, days=person.at_most_days)] if person.at_most_days else []
    while True:
        later = earliest(
            moment, contacts=counted, caps=held.caps, quiet=rules.quiet, zone=person.zone
        )
        later = earliest(later, contacts=every, caps=wish, quiet=None, zone=person.zone)
        later = earliest(later, contacts=alike, caps=held.own, quiet=None, zone=person.zone)
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
