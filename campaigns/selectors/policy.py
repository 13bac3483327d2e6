"""The brand's contact rules: as they are, in words, and what they would have changed lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from campaigns.models.campaigns import Campaign
from campaigns.models.policy import ContactPolicy
from campaigns.rules.pressure import Cap, Kind, Rules, earliest
from config.kit import sql
from config.kit.clock import now

LOOK_BACK = timedelta(days=90)
# The effect is seen in this many customers who got mail lately; more would tell the same.
SAMPLE = 5_000


@dataclass(frozen=True, slots=True)
class Effect:
    """Of the mails the sampled customers got in 90 days: gone out at once, later, or not at all."""

    people: int
    mails: int
    at_once: int
    later: int
    never: int

    @property
    def held_back(self) -> int:
        return self.later + self.never


def contact_rules() -> Rules:
    """What holds now; a brand that never chose has no limits."""
    newest = ContactPolicy.objects.order_by("-since", "-id").first()
    return msgspec.convert(newest.rules, Rules) if newest else Rules()


def cap_words(cap: Cap) -> str:
    mails = "1 mail" if cap.count == 1 else f"{cap.count:,} mails"
    if cap.period:
        return f"at most {mails} in a calendar {cap.period}"
    return f"at most {mails} in any " + ("24 hours" if cap.days == 1 else f"{cap.days} days")


def own_words(rules: Rules) -> list[str]:
    """The limits that kinds of messages have of their own."""
    return [
        f"{Campaign.ContactKind(kind).label}: {cap_words(cap)}"
        for kind, caps in sorted(rules.own.items())
        for cap in caps
    ]


def effect_of(rules: Rules) -> Effect:
    """What these rules would have done to the mails of the last 90 days."""
    brand = Brand.objects.get(pk=current_brand_id())
    zone = ZoneInfo(brand.time_zone)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.load("campaigns", "recent_mails"),
            {"brand_id": brand.pk, "since": now() - LOOK_BACK, "people": SAMPLE},
        )
        mails: list[list[tuple[datetime, Kind]]] = [
            list(zip(*row, strict=True)) for row in cursor.fetchall()
        ]
    at_once = later = never = 0
    for moments in mails:
        went: list[tuple[datetime, Kind]] = []
        for moment, kind in moments:
            goes_at = _sent_once_more(moment, kind, went, rules=rules, zone=zone)
            if goes_at - moment > timedelta(hours=rules.expire_hours):
                never += 1
                continue
            went.append((goes_at, kind))
            at_once += goes_at == moment
            later += goes_at != moment
    return Effect(len(mails), at_once + later + never, at_once, later, never)


def _sent_once_more(
    moment: datetime,
    kind: Kind,
    went: Sequence[tuple[datetime, Kind]],
    *,
    rules: Rules,
    zone: tzinfo,
) -> datetime:
    """When a mail of that kind would go out after these."""
    every, alike = [at for at, _ in went], [at for at, each in went if each == kind]
    own = rules.own.get(kind, ())
    while True:
        later = earliest(moment, contacts=every, caps=rules.caps, quiet=rules.quiet, zone=zone)
        later = earliest(later, contacts=alike, caps=own, quiet=None, zone=zone)
        if later == moment:
            return moment
        moment = later
