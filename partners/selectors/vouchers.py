"""Pools of vouchers: how many are left and for how long, and what one is worth."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.scope import current_brand_id
from campaigns.selectors.content import keyring
from config.kit import formats
from config.kit.clock import now
from config.kit.tokens import Purpose, Ticket, sign_ticket
from partners.models.partnerships import Partnership
from partners.models.vouchers import Voucher, VoucherPool
from partners.rules.vouchers import LEAST_DAYS, USE_DAYS, days_left, low_level

State = Voucher.State
_COUNTS = ("codes", "free", "held", "given", "redeemed", "ended", "lately")


@dataclass(frozen=True, slots=True)
class Stock:
    """A pool and its codes. `free` can still be drawn, `given` are out and not used; `lately` were
    drawn within the last `days`."""

    pool: VoucherPool
    codes: int
    free: int
    held: int
    given: int
    redeemed: int
    ended: int
    lately: int
    days: int

    @property
    def low_level(self) -> int:
        return low_level(self.lately, days=self.days, low_at=self.pool.low_at)

    @property
    def is_low(self) -> bool:
        return self.free < self.low_level

    @property
    def days_left(self) -> int | None:
        """At the use of these days; None: nobody draws any."""
        return days_left(self.free, drawn=self.lately, days=self.days)


def has_pools() -> bool:
    """Whether there is anything to look after: one cheap look for brands without."""
    return VoucherPool.objects.exists()


def stocks(*, partnership: Partnership | None = None, is_open: bool = False) -> list[Stock]:
    """Pools, newest first: of one partner, or of all; `is_open`: those that are drawn from."""
    rows = VoucherPool.objects.select_related("partnership", "offer").order_by("-pk")
    if partnership is not None:
        rows = rows.filter(partnership=partnership)
    if is_open:
        rows = rows.filter(closed_at=None)
    return list(_stocks(rows))


def stocks_of(pools: Sequence[VoucherPool]) -> list[Stock]:
    """In the order of the pools."""
    rows = VoucherPool.objects.select_related("partnership", "offer")
    found = {stock.pool.pk: stock for stock in _stocks(rows.filter(pk__in=[p.pk for p in pools]))}
    return [found[pool.pk] for pool in pools]


def stock_of(pool: VoucherPool) -> Stock:
    rows = VoucherPool.objects.select_related("partnership", "offer")
    return next(_stocks(rows.filter(pk=pool.pk)))


def free_codes_after(pool_id: int, *, after: int, limit: int) -> list[Voucher]:
    """Codes nobody has yet with an id above `after`, for their file."""
    rows = Voucher.objects.filter(pool_id=pool_id, state=State.FREE, pk__gt=after)
    return list(rows.only("pk", "code").order_by("pk")[:limit])


def codes_after(pool_id: int, *, after: int, limit: int) -> list[Voucher]:
    """All codes with an id above `after`, whoever has them."""
    rows = Voucher.objects.filter(pool_id=pool_id, pk__gt=after)
    return list(rows.only("pk", "code").order_by("pk")[:limit])


def worth(pool: VoucherPool) -> str:
    """What the guest gets, in the brand's way to write money."""
    brand = pool.brand
    if pool.kind == VoucherPool.Kind.PERCENT:
        return _("%(percent)s off") % {"percent": f"{pool.value}%"}
    if pool.kind == VoucherPool.Kind.AMOUNT:
        return _("%(amount)s off") % {
            "amount": formats.money(pool.value, brand.currency, brand.locale)
        }
    return pool.item


def voucher_address(voucher_id: int) -> str:
    """The page of one voucher, for whoever holds it: of the brand in scope."""
    ticket = Ticket(current_brand_id(), 0, voucher_id)
    return whole(reverse("voucher", args=[sign_ticket(keyring(), Purpose.VOUCHER, ticket)]))


def whole(path: str) -> str:
    return settings.BASE_URL.rstrip("/") + path


def _stocks(pools: QuerySet[VoucherPool]) -> Iterator[Stock]:
    """Counted from one index of the vouchers: their rows are not read."""
    moment, found = now(), list(pools.select_related("partnership", "offer", "brand"))

    def of(*states: str) -> Count:
        return Count("state", filter=Q(state__in=states))

    counted = (
        Voucher.objects.filter(pool__in=[pool.pk for pool in found])
        .values("pool_id")
        .annotate(
            codes=Count("state"),
            free=of(State.FREE),
            held=of(State.RESERVED),
            given=of(State.ASSIGNED),
            redeemed=of(State.REDEEMED),
            ended=of(State.VOID, State.EXPIRED),
            lately=Count("state", filter=Q(drawn_at__gte=moment - timedelta(days=USE_DAYS))),
        )
    )
    by_pool: dict[int, Mapping[str, Any]] = {row["pool_id"]: row for row in counted}
    for pool in found:
        counts = by_pool.get(pool.pk, {})
        yield Stock(pool, **{n: counts.get(n, 0) for n in _COUNTS}, days=_days(pool, moment))


def _days(pool: VoucherPool, moment: datetime) -> int:
    """Over how many days its use is looked at: all of a young pool's, but a week at least, or its
    first evening would pass for the rule."""
    return max(LEAST_DAYS, min(USE_DAYS, (moment - pool.created_at).days + 1))
