"""What the till page shows: the voucher in hand, and what was redeemed today; nothing of guests."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, Sum
from django.urls import reverse

from config.kit import ids
from config.kit.clock import day_in, day_start
from partners.models.partnerships import Partnership, PartnershipDoor
from partners.models.sisters import SisterPact
from partners.models.vouchers import Redemption, VoucherPool
from partners.selectors.names import PARTNERSHIP, REDEMPTION
from partners.selectors.offers import content_of
from partners.selectors.vouchers import whole, worth

_SHOWN = 50
_LISTED = (
    *("uid", "via", "paid_minor", "at", "recorded_at", "taken_back_at", "taken_back_reason"),
    *("brand_id", "voucher__code", "voucher__pool__brand__time_zone"),
    *(f"voucher__pool__{name}" for name in ("kind", "value", "item", "brand__currency")),
    "voucher__pool__brand__locale",
)
_END = 4


@dataclass(frozen=True, slots=True)
class Used:
    """A redemption as tills and partners see it: no guest, and the end of the code alone."""

    redemption: Redemption
    public_id: str
    worth: str
    code_end: str
    # On the clock where the brand is.
    time: str


@dataclass(frozen=True, slots=True)
class Today:
    rows: list[Used]
    count: int
    paid_minor: int


def till_address(partnership: Partnership, code: str = "") -> str:
    """The till page, with a code in hand: what the picture on a voucher says."""
    path = reverse("till", args=[ids.encode(PARTNERSHIP, partnership.uid)])
    return whole(f"{path}?code={code}" if code else path)


def brand_of_till(uid: UUID) -> int | None:
    """In whose scope a partnership stands: a partner's, or a sister brand's while both grant it."""
    door = PartnershipDoor.objects.filter(uid=uid).first()
    if door is not None:
        return door.brand_id
    pact = SisterPact.objects.filter(partnership_uid=uid).first()
    return pact.host_id if pact is not None and pact.stands else None


def redemptions_of(partnership: Partnership) -> QuerySet[Redemption]:
    """All of its vouchers, newest first.

    By the ids of its pools, of which PostgreSQL knows how common each is: so it finds the newest
    few at once, be the partner's all of the brand's or few among many."""
    own = list(VoucherPool.objects.filter(partnership=partnership).values_list("pk", flat=True))
    rows = Redemption.objects.filter(voucher__pool__in=own)
    return rows.select_related("voucher__pool__brand").order_by("-pk")


def listed(redemptions: QuerySet[Redemption]) -> QuerySet[Redemption]:
    """Of each row no more than lists tell: they have many, and the rows are wide."""
    return redemptions.only(*_LISTED)


def redemptions_of_pool(pool: VoucherPool) -> QuerySet[Redemption]:
    rows = Redemption.objects.filter(voucher__pool=pool)
    return rows.select_related("voucher__pool__brand").order_by("-pk")


def today_at(partnership: Partnership) -> Today:
    """Since midnight where the brand is."""
    zone = partnership.brand.time_zone
    rows = redemptions_of(partnership).filter(recorded_at__gte=day_start(day_in(zone), zone))
    live = rows.filter(taken_back_at=None)
    paid = live.aggregate(paid=Sum("paid_minor", default=0))["paid"]
    return Today(shown(list(listed(rows)[:_SHOWN])), live.count(), int(paid))


def shown(redemptions: Sequence[Redemption]) -> list[Used]:
    return [
        Used(
            redemption=each,
            public_id=ids.encode(REDEMPTION, each.uid),
            worth=worth(each.voucher.pool),
            code_end=each.voucher.code[-_END:],
            time=f"{each.recorded_at.astimezone(ZoneInfo(each.voucher.pool.brand.time_zone)):%H:%M}",
        )
        for each in redemptions
    ]


def asks_whether_new(pool: VoucherPool) -> bool:
    """Whether the deal is another one for guests who are new to the partner."""
    if pool.offer is None or not pool.offer.approved:
        return False
    deal = content_of(pool.offer).deal
    return bool(deal.new_customer or deal.known_customer)


def conditions_of(pool: VoucherPool) -> tuple[str, list[str]]:
    """The headline and the small print, line by line, that both sides agreed to; empty for a pool
    without an offer."""
    if pool.offer is None or not pool.offer.approved:
        return "", []
    content = content_of(pool.offer)
    return content.headline, [line for line in content.conditions.splitlines() if line.strip()]
