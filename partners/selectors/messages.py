"""What brand and partner wrote to each other, and what of it waits to be read."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.access import get_by_public_id
from accounts.models.users import User
from config.kit import ids
from partners.models.offers import Offer
from partners.models.partnerships import PartnerMessage, Partnership
from partners.models.settlements import Statement
from partners.selectors.names import OFFER, STATEMENT

BRAND, PARTNER = "user", "partner"
# Of a thread, the last ones.
SHOWN = 200
MOST_OFFERS, MOST_STATEMENTS = 50, 24


@dataclass(frozen=True)
class Line:
    """One message as a side reads it. A partner is told that the brand wrote, never who."""

    text: str
    at: datetime
    by: str
    is_own: bool
    is_new: bool
    about_kind: str
    about: Offer | Statement | None


def unread(side: str) -> QuerySet[PartnerMessage]:
    """What the other side wrote and this one has not read; `side` is BRAND or PARTNER."""
    return PartnerMessage.objects.filter(read_at__isnull=True).exclude(by_kind=side)


def unread_count(partnership: Partnership, side: str) -> int:
    return unread(side).filter(partnership=partnership).count()


def unread_by_partnership() -> Counter[int]:
    """Partnership id -> how many of its messages the brand has not read."""
    return Counter(unread(BRAND).values_list("partnership_id", flat=True))


def thread(partnership: Partnership, side: str) -> list[Line]:
    """The last messages as this side reads them, the oldest first."""
    rows = list(PartnerMessage.objects.filter(partnership=partnership).order_by("-pk")[:SHOWN])
    abouts = _abouts(partnership, rows)
    writers = {row.by_id for row in rows if row.by_id and row.by_kind == BRAND == side}
    names = dict(User.objects.filter(pk__in=writers).values_list("pk", "name"))

    def by(row: PartnerMessage) -> str:
        if row.by_kind == PARTNER:
            return partnership.name
        return names.get(row.by_id or 0) or partnership.brand.name

    return [
        Line(
            text=row.text,
            at=row.at,
            by=by(row),
            is_own=row.by_kind == side,
            is_new=row.by_kind != side and row.read_at is None,
            about_kind=row.about_kind,
            about=abouts.get((row.about_kind, row.about_id)),
        )
        for row in reversed(rows)
    ]


def _abouts(
    partnership: Partnership, rows: list[PartnerMessage]
) -> dict[tuple[str, int | None], Offer | Statement]:
    found: dict[tuple[str, int | None], Offer | Statement] = {}
    for kind, model in (("offer", Offer), ("statement", Statement)):
        known = {row.about_id for row in rows if row.about_kind == kind and row.about_id}
        things = model.objects.filter(pk__in=known, partnership=partnership) if known else ()
        found |= {(kind, thing.pk): thing for thing in things}
    return found


def about_choices(partnership: Partnership) -> list[tuple[str, str]]:
    """What a message may be about, the newest first: its public id, and its name."""
    offers = Offer.objects.filter(partnership=partnership).order_by("-pk")[:MOST_OFFERS]
    statements = Statement.objects.filter(partnership=partnership).order_by("-pk")[:MOST_STATEMENTS]
    return [
        *((ids.encode(OFFER, offer.uid), offer.name) for offer in offers),
        *((ids.encode(STATEMENT, each.uid), f"Statement {each.number}") for each in statements),
    ]


def about_behind(partnership: Partnership, public_id: str) -> Offer | Statement:
    """The offer or statement of the partnership with this id. Raises NotFound."""
    if public_id.startswith(f"{STATEMENT}_"):
        statements = Statement.objects.filter(partnership=partnership)
        return get_by_public_id(statements, STATEMENT, public_id)
    return get_by_public_id(Offer.objects.filter(partnership=partnership), OFFER, public_id)
