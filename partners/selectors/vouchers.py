"""Pools of vouchers: how many are left and for how long, and what one is worth."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.scope import current_brand_id
from campaigns.selectors.content import keyring
from config.kit import formats
from config.kit.clock import now
from config.kit.sql import load
from config.kit.tokens import Purpose, Ticket, sign_ticket
from partners.models.offers import Offer
from partners.models.partnerships import Partnership
from partners.models.vouchers import Voucher, VoucherPool
from partners.rules.vouchers import LEAST_DAYS, USE_DAYS, days_left, low_level

State = Voucher.State
_OWN = (
    *("uid", "partnership", "name", "kind", "value", "item", "low_at", "makes_more", "is_made"),
    *("created_at", "closed_at", "brand__currency", "brand__locale"),
)


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


def pools(**only: Any) -> QuerySet[VoucherPool]:
    """With all that is said of them, newest first."""
    rows = VoucherPool.objects.filter(**only).select_related("partnership", "offer", "brand")
    return rows.order_by("-pk")


def own_pools(partnership: Partnership) -> QuerySet[VoucherPool]:
    """A partner's, with no more than its own pages say of them."""
    return partnership.pools.select_related("brand").only(*_OWN).order_by("-pk")


def stock_of(pool: VoucherPool) -> Stock:
    return stocks_of([pool])[0]


def stocks_of(pools: Sequence[VoucherPool]) -> list[Stock]:
    """In the order of the pools."""
    moment = now()
    found = _counts(pools, since=moment - timedelta(days=USE_DAYS))
    return [_stock(pool, found[pool.pk], moment) for pool in pools]


def places_of_codes(partnership: Partnership) -> dict[str, list[tuple[int, str]]]:
    """What its own codes can be for: "offer" and "pool" -> (id, name), the newest first."""
    found: dict[str, list[tuple[int, str]]] = {"offer": [], "pool": []}
    asked: dict[str, Any] = {"brand_id": current_brand_id(), "partnership_id": partnership.pk}
    asked["placed"] = [state.value for state in Offer.PLACED]
    with connection.cursor() as cursor:
        cursor.execute(load("partners", "places_of_codes"), asked)
        for kind, pk, name in cursor.fetchall():
            found[kind].append((pk, name))
    return found


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


def _counts(pools: Sequence[VoucherPool], *, since: datetime) -> dict[int, Counter[str]]:
    """Pool id -> how many vouchers in each state, and as "lately" drawn since then."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    asked: dict[str, Any] = {"brand_id": current_brand_id(), "since": since}
    asked |= {"pool_ids": [pool.pk for pool in pools], "states": State.values}
    with connection.cursor() as cursor:
        cursor.execute(load("partners", "stock"), asked)
        for pool_id, what, count in cursor.fetchall():
            found[pool_id][what] = count
    return found


def _stock(pool: VoucherPool, counts: Counter[str], moment: datetime) -> Stock:
    return Stock(
        pool,
        codes=sum(counts[state] for state in State.values),
        free=counts[State.FREE],
        held=counts[State.RESERVED],
        given=counts[State.ASSIGNED],
        redeemed=counts[State.REDEEMED],
        ended=counts[State.VOID] + counts[State.EXPIRED],
        lately=counts["lately"],
        days=_days(pool, moment),
    )


def _days(pool: VoucherPool, moment: datetime) -> int:
    """Over how many days its use is looked at: all of a young pool's, but a week at least, or its
    first evening would pass for the rule."""
    return max(LEAST_DAYS, min(USE_DAYS, (moment - pool.created_at).days + 1))
