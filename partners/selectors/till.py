"""What the till page shows: the voucher in hand, and what was redeemed today; nothing of guests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, QuerySet, Sum
from django.urls import reverse

from accounts.models.brands import Brand
from config.kit import ids
from config.kit.clock import day_in, day_start
from config.kit.sql import load
from partners.models.partnerships import Partnership, PartnershipDoor
from partners.models.sisters import SisterPact
from partners.models.vouchers import Redemption, VoucherPool
from partners.selectors.names import PARTNERSHIP, REDEMPTION
from partners.selectors.offers import content_of
from partners.selectors.vouchers import whole, worth

_SHOWN = 50
_END = 4


@dataclass(frozen=True, slots=True)
class Used:
    """A redemption as tills and partners see it: no guest, and the end of the code alone."""

    id: int
    public_id: str
    worth: str
    code_end: str
    via: str
    paid_minor: int | None
    at: datetime
    recorded_at: datetime
    taken_back_at: datetime | None
    taken_back_reason: str
    # When it was recorded, on the clock where the brand is.
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
    """All of its vouchers."""
    rows = Redemption.objects.filter(voucher__pool__partnership=partnership)
    return rows.select_related("voucher__pool__brand")


def used_of(
    partnership: Partnership,
    *,
    before: int | None = None,
    since: datetime | None = None,
    most: int = _SHOWN,
) -> list[Used]:
    """The newest first: from behind the redemption `before`, or recorded since then."""
    return _used(partnership.brand, _pools(partnership), before=before, since=since, most=most)


def used_of_pool(pool: VoucherPool, *, most: int) -> list[Used]:
    return _used(pool.brand, [pool.pk], most=most)


def used_by(redemption: Redemption) -> Used:
    """Of one whose voucher and pool are at hand."""
    voucher = redemption.voucher
    pool = voucher.pool
    own = [getattr(redemption, name) for name in _OWN]
    return _told(pool.brand, *own, voucher.code, pool.kind, pool.value, pool.item)


def today_at(partnership: Partnership) -> Today:
    """Since midnight where the brand is."""
    zone = partnership.brand.time_zone
    midnight = day_start(day_in(zone), zone)
    live = Redemption.objects.filter(
        voucher__pool__in=_pools(partnership), recorded_at__gte=midnight, taken_back_at=None
    )
    sums = live.aggregate(count=Count("pk"), paid=Sum("paid_minor", default=0))
    return Today(used_of(partnership, since=midnight), sums["count"], int(sums["paid"]))


def _pools(partnership: Partnership) -> list[int]:
    """As values PostgreSQL knows how common each is: so the newest few are found at once, be the
    partner's all of the brand's or few among many."""
    rows = VoucherPool.objects.filter(partnership=partnership)
    return list(rows.values_list("pk", flat=True))


def _used(
    brand: Brand,
    pool_ids: list[int],
    *,
    before: int | None = None,
    since: datetime | None = None,
    most: int,
) -> list[Used]:
    asked: dict[str, Any] = {"brand_id": brand.pk, "pool_ids": pool_ids, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(load("partners", "redeemed"), {**asked, "before": before, "since": since})
        return [_told(brand, *row) for row in cursor.fetchall()]


# In the order of the SQL.
_OWN = (
    *("pk", "uid", "via", "paid_minor", "at", "recorded_at"),
    *("taken_back_at", "taken_back_reason"),
)


def _told(brand: Brand, *row: Any) -> Used:
    pk, uid, via, paid, at, recorded_at, back_at, reason, code, kind, value, item = row
    return Used(
        id=pk,
        public_id=ids.encode(REDEMPTION, uid),
        worth=worth(VoucherPool(brand=brand, kind=kind, value=value, item=item)),
        code_end=code[-_END:],
        via=str(Redemption.Via(via).label),
        paid_minor=paid,
        at=at,
        recorded_at=recorded_at,
        taken_back_at=back_at,
        taken_back_reason=reason,
        time=f"{recorded_at.astimezone(ZoneInfo(brand.time_zone)):%H:%M}",
    )


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
