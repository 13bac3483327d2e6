"""The brand's contact rules: as they are, in words, and what they would have changed lately."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from campaigns.models.policy import ContactPolicy
from campaigns.rules.pressure import Cap, Rules, earliest
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


def effect_of(rules: Rules) -> Effect:
    """What these rules would have done to the mails of the last 90 days."""
    brand = Brand.objects.get(pk=current_brand_id())
    zone = ZoneInfo(brand.time_zone)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.load("campaigns", "recent_mails"),
            {"brand_id": brand.pk, "since": now() - LOOK_BACK, "people": SAMPLE},
        )
        mails: list[list[datetime]] = [moments for (moments,) in cursor.fetchall()]
    at_once = later = never = 0
    for moments in mails:
        went: list[datetime] = []
        for moment in moments:
            goes_at = earliest(moment, contacts=went, caps=rules.caps, quiet=rules.quiet, zone=zone)
            if goes_at - moment > timedelta(hours=rules.expire_hours):
                never += 1
                continue
            went.append(goes_at)
            at_once += goes_at == moment
            later += goes_at != moment
    return Effect(len(mails), at_once + later + never, at_once, later, never)
