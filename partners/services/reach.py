"""What a partner is told of an audience: each answer is kept, so that no two of them together tell
of anybody."""

from collections.abc import Iterable
from datetime import timedelta

import msgspec
from django.db import transaction

from config.kit.clock import now
from config.kit.errors import Conflict
from customers.services.locks import lock_number
from partners.models.offers import ReachAsk
from partners.models.partnerships import Partnership
from partners.rules.content import AudienceWish
from partners.rules.reach import BUDGET, Asked, K, band, coarse, hash_of, is_near
from partners.rules.wishes import rule_of
from partners.selectors.offers import offer_day
from partners.selectors.reach import apart, audience_size

# As far back as answers are compared.
_REMEMBERED = timedelta(days=90)


def band_for(partnership: Partnership, wish: AudienceWish) -> str:
    """How many of those who said yes to partners' offers the wish describes, for the partner.

    The same wish has the same answer all day; one that differs from an answered one by fewer than
    K people has that one's. Raises Conflict (`budget`) for too many different ones in a day."""
    asked = coarse(wish)
    digest, day = hash_of(asked), offer_day()
    with transaction.atomic():
        lock_number("reach", str(partnership.pk), "")
        asks = ReachAsk.objects.filter(partnership=partnership)
        told = asks.filter(wish_hash=digest, on=day).values_list("band", flat=True).first()
        if told is not None:
            return told
        if asks.filter(on=day).count() >= BUDGET:
            raise Conflict(
                f"You have asked {BUDGET} different questions today. Ask again tomorrow.",
                code="budget",
            )
        found = _answer(partnership, asked, _answers(partnership, digest))
        ReachAsk.objects.create(
            partnership=partnership,
            wish_hash=digest,
            wish=msgspec.to_builtins(asked),
            size=found.size,
            band=found.band,
            on=day,
        )
    return found.band


def _answer(partnership: Partnership, wish: AudienceWish, before: Iterable[Asked]) -> Asked:
    size = audience_size(partnership, rule_of(wish))
    for each in before:
        if is_near(size, each) and apart(partnership, wish, each.wish) < K:
            return each
    return Asked(wish, size, band(size))


def _answers(partnership: Partnership, digest: str) -> list[Asked]:
    """What this partner was told, the same question first, then the newest."""
    rows = ReachAsk.objects.filter(partnership=partnership, at__gte=now() - _REMEMBERED)
    newest = sorted(rows.order_by("-pk"), key=lambda row: row.wish_hash != digest)
    return [Asked(msgspec.convert(row.wish, AudienceWish), row.size, row.band) for row in newest]
