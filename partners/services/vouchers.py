"""Codes for a partner's till: taken in or made, drawn once for each asker, held, ended."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from itertools import chain, count
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.scope import acting, current_actor, current_brand_id
from accounts.services.events import record
from campaigns.rules.coupons import MAX_CODE, is_code
from campaigns.services.coupons import MAX_CODES, MAX_MADE, MAX_PREFIX, Added, new_code
from config.kit import sql
from config.kit.clock import day_in, now
from config.kit.errors import Conflict, Invalid
from config.kit.money import MAX_MINOR
from config.kit.text import clean_text
from customers.models.customers import Customer
from customers.services.locks import lock_number
from partners.events import VouchersExpired, VouchersRanLow, VouchersVoided
from partners.models.offers import Offer
from partners.models.partnerships import Partnership
from partners.models.vouchers import Voucher, VoucherPool
from partners.rules.content import OfferContent
from partners.rules.vouchers import MAX_VALID_DAYS, last_day_of, normal, without_blanks
from partners.selectors.offers import content_of, offer_day
from partners.selectors.vouchers import Stock, pools, stocks_of

State = Voucher.State
Kind = VoucherPool.Kind
# What was drawn for: ("offer", its id), ("pack_item", its id).
Cause = tuple[str, int]
_UNUSED = (State.FREE, State.RESERVED, State.ASSIGNED)
_NOBODYS: dict[str, Any] = {
    "state": State.FREE,
    "customer": None,
    "cause_kind": "",
    "cause_id": None,
    "reserved_until": None,
    "drawn_at": None,
    "expires_on": None,
}


class NoVoucherLeft(Conflict):
    """Its pool is empty, closed or over."""

    code = "no_voucher_left"


# --- Pools -------------------------------------------------------------------------------


def create_pool(
    partnership: Partnership,
    *,
    name: str,
    kind: str,
    value: int = 0,
    item: str = "",
    offer: Offer | None = None,
    expires_on: date | None = None,
    valid_days: int | None = None,
    low_at: int = 20,
    makes_more: bool = False,
) -> VoucherPool:
    """A pool without codes; raises Invalid, or Conflict for a name that is taken.

    value is per cent or minor units; of an item what it is worth, 0 when nobody said."""
    cleaned = clean_text(name, max_length=80)
    if not cleaned:
        raise Invalid.at("name", _("Give it a name."))
    _check_worth(kind, value, item)
    if expires_on is not None and expires_on < day_in(partnership.brand.time_zone):
        raise Invalid.at("expires_on", _("The last day is over already."))
    if valid_days is not None and not 1 <= valid_days <= MAX_VALID_DAYS:
        raise Invalid.at("valid_days", _("A voucher holds for 1 to 1,096 days."))
    if offer is not None and offer.partnership_id != partnership.pk:
        raise Invalid.at("offer", _("This is an offer of another partner."))
    try:
        with transaction.atomic():
            pool = VoucherPool.objects.create(
                partnership=partnership,
                offer=offer,
                name=cleaned,
                kind=kind,
                value=value,
                item=clean_text(item, max_length=120),
                expires_on=expires_on,
                valid_days=valid_days,
                low_at=low_at,
                makes_more=makes_more,
            )
    except IntegrityError as error:
        message = _("There is a pool of this name already.")
        raise Conflict(message, code="name_taken", fields={"name": message}) from error
    pool.refresh_from_db(fields=["uid"])
    return pool


def pool_for_offer(offer: Offer) -> VoucherPool:
    """Where an offer's vouchers are drawn from: what its partner brought for it, else a pool whose
    codes we make, worth what both sides agreed to."""
    lock_number("voucher_pool", "offer", str(offer.pk))
    free = Voucher.objects.filter(pool=OuterRef("pk"), state=State.FREE)
    rows = VoucherPool.objects.filter(offer=offer, closed_at=None).select_related("brand")
    found = rows.annotate(has_free=Exists(free)).order_by("-has_free", "makes_more", "pk").first()
    if found is not None:
        return found
    return _pool_by_offer(offer, makes_more=True)


def pool_of_partner(offer: Offer | None) -> VoucherPool:
    """Where a partner's own codes for an offer go. Raises Invalid without one."""
    if offer is None:
        raise Invalid.at("place", _("Choose what they are for."))
    lock_number("voucher_pool", "offer", str(offer.pk))
    own = VoucherPool.objects.filter(offer=offer, closed_at=None, makes_more=False)
    return own.order_by("pk").first() or _pool_by_offer(offer, makes_more=False)


def _pool_by_offer(offer: Offer, *, makes_more: bool) -> VoucherPool:
    # Another version may have been approved since the caller's was read.
    row = Offer.objects.get(pk=offer.pk)
    content = content_of(row)
    return create_pool(
        row.partnership,
        name=_free_name(row),
        **_worth(content),
        **_validity(content),
        offer=row,
        makes_more=makes_more,
    )


def follow_version(offer: Offer, content: OfferContent) -> None:
    """From now on its pools give what both sides agree to; what was given stays as it is.

    A pool of our codes that differs is closed, and the next draw makes one; of the others the last
    day moves. Raises Conflict (`pool_worth`) for a partner's own codes of another worth."""
    lock_number("voucher_pool", "offer", str(offer.pk))
    worth, validity = _worth(content), _validity(content)
    pools = VoucherPool.objects.filter(offer=offer, closed_at=None)
    own = pools.filter(makes_more=False).exclude(**worth).first()
    if own is not None:
        message = (
            f"The partner's own codes in the pool {own.name} are worth something else than this"
            " version says. Close that pool first, then approve; the partner can bring codes of"
            " the new worth afterwards."
        )
        raise Conflict(message, code="pool_worth")
    made = pools.filter(makes_more=True)
    for pool in made.exclude(**worth, valid_days=content.voucher.valid_days):
        close_pool(pool)
    # One without any end was meant so.
    pools.exclude(expires_on=None, valid_days=None).update(**validity)


def _worth(content: OfferContent) -> dict[str, Any]:
    voucher = content.voucher
    return {"kind": voucher.kind, "value": voucher.value, "item": voucher.item}


def _validity(content: OfferContent) -> dict[str, Any]:
    days = content.voucher.valid_days
    return {"valid_days": days, "expires_on": None if days else content.ends_on}


def _free_name(offer: Offer) -> str:
    """The offer's own, unless a pool before had it."""
    begins = offer.name[:60].rstrip()
    pools = VoucherPool.objects.filter(partnership=offer.partnership_id, name__startswith=begins)
    taken = set(pools.values_list("name", flat=True))
    numbered = (f"{begins} {offer.pk}-{number}" for number in count(2))
    names = chain([offer.name[:80].rstrip(), f"{begins} {offer.pk}"], numbered)
    return next(name for name in names if name not in taken)


def close_pool(pool: VoucherPool) -> None:
    """Nothing is drawn from it any more; what was given holds."""
    if VoucherPool.objects.filter(pk=pool.pk, closed_at=None).update(closed_at=now()):
        free = Voucher.objects.filter(pool=pool, state=State.FREE)
        free.update(state=State.VOID, ended_at=now())


def add_codes(pool: VoucherPool, told: Iterable[str]) -> Added:
    """Put codes into a pool; the same again is no mistake. What another pool has is refused like
    what cannot be a code: it may be another partner's. Raises Invalid for too many."""
    given = list(told)
    if len(given) > MAX_CODES:
        raise Invalid.at("file", f"At most {MAX_CODES:,} codes at once.")
    codes = [code for code in given if len(code) <= MAX_CODE and is_code(without_blanks(code))]
    good = {normal(code): code for code in codes}
    parameters: dict[str, Any] = {
        "brand_id": current_brand_id(),
        "pool_id": pool.pk,
        "codes": list(good.values()),
        "norms": list(good),
    }
    with transaction.atomic():
        if pool.closed_at is not None:
            raise Conflict(_("This pool is closed."), code="pool_closed")
        with connection.cursor() as cursor:
            cursor.execute(sql.load("partners", "add_vouchers"), parameters)
            added, known = cursor.fetchone()
        if added:
            VoucherPool.objects.filter(pk=pool.pk).update(told_low_at=None)
    bad, again = len(given) - len(codes), len(codes) - len(good)
    return Added(added, known + again, bad + len(good) - added - known)


def make_codes(pool: VoucherPool, *, count: int, prefix: str = "") -> int:
    """Put so many new random codes into a pool; how many. Raises Invalid for too many, or a
    prefix that cannot begin a code."""
    if not 1 <= count <= MAX_MADE:
        raise Invalid.at("count", f"Make 1 to {MAX_MADE:,} codes at once.")
    if len(prefix) > MAX_PREFIX or not is_code(new_code(prefix)):
        raise Invalid.at("begins_with", f"At most {MAX_PREFIX} letters and digits, without blanks.")
    if not pool.is_made:
        VoucherPool.objects.filter(pk=pool.pk).update(is_made=True)
        pool.is_made = True
    made = 0
    while made < count:
        made += add_codes(pool, [new_code(prefix) for _nth in range(count - made)]).added
    return made


# --- Draws -------------------------------------------------------------------------------


def draw_voucher(
    pool: VoucherPool,
    *,
    cause: Cause,
    customer: Customer | None = None,
    hold_until: datetime | None = None,
) -> Voucher:
    """A voucher for this customer and cause: the same one however often it is asked for, also at
    the same instant. With `hold_until` it is held only, until keep_voucher or give_back.

    Raises NoVoucherLeft, Invalid for an end that is over."""
    if hold_until is not None and hold_until <= now():
        raise Invalid.at("hold_until", "A voucher is held until a time to come.")
    # Else two requests of one asker would each find nothing drawn before.
    asker = f"{customer.pk if customer else ''}:{cause[0]}:{cause[1]}"
    lock_number("voucher", str(pool.pk), asker)
    drawn = _drawn(pool, cause, customer, hold_until)
    if drawn is None and pool.makes_more and _is_open(pool):
        make_codes(pool, count=max(pool.low_at, 1))
        drawn = _drawn(pool, cause, customer, hold_until)
    if drawn is None:
        raise NoVoucherLeft(_("There is no voucher left for this."))
    drawn.pool = pool
    return drawn


def keep_voucher(voucher: Voucher) -> Voucher:
    """What was held is theirs; kept before, it stays so. Raises Conflict when it went back."""
    kept = _held_by_same(voucher).update(state=State.ASSIGNED, reserved_until=None)
    found = Voucher.objects.select_related("pool").get(pk=voucher.pk)
    is_theirs = _asker(found) == _asker(voucher) and found.state == State.ASSIGNED
    if not (kept or is_theirs):
        raise Conflict(_("This voucher is held no longer."), code="not_held")
    return found


def give_back(voucher: Voucher) -> bool:
    """What was held can be drawn by others. False when it is held no longer."""
    return bool(_held_by_same(voucher).update(**_NOBODYS))


def release_due(*, limit: int = 1_000) -> int:
    """Whatever was held until now goes back; how many."""
    due = Voucher.objects.filter(state=State.RESERVED, reserved_until__lte=now())
    return Voucher.objects.filter(
        pk__in=list(due.values_list("pk", flat=True)[:limit]),
        state=State.RESERVED,
        reserved_until__lte=now(),
    ).update(**_NOBODYS)


# --- Ends --------------------------------------------------------------------------------


def void_vouchers(ids: Collection[int], *, reason: str) -> list[int]:
    """Take back what was not used yet; which ones that were. `reason` stands in the audit trail."""
    with transaction.atomic():
        voided = _end(Q(pk__in=ids, state__in=_UNUSED), State.VOID)
        if voided:
            with acting(replace(current_actor(), reason=clean_text(reason, max_length=200))):
                record(VouchersVoided(subject_id=voided[0], voucher_ids=voided))
    return voided


def expire_due(*, limit: int = 1_000) -> int:
    """End what was given and not used by its last day, and free codes of pools that are over; how
    many."""
    today = offer_day()
    given = Q(state=State.ASSIGNED, expires_on__lt=today)
    over = VoucherPool.objects.filter(expires_on__lt=today).values("pk")
    with transaction.atomic():
        expired = _end(given, State.EXPIRED, limit=limit)
        if expired:
            record(VouchersExpired(subject_id=expired[0], voucher_ids=expired))
        unused = _end(Q(state=State.FREE, pool__in=over), State.EXPIRED, limit=limit)
    return len(expired) + len(unused)


def look_at_stocks() -> int:
    """Make more codes where that was asked for, and tell once of pools that run low; how many."""
    low = [stock for stock in stocks_of(list(pools(closed_at=None))) if stock.is_low]
    return sum(_tend(stock) for stock in low if stock.codes or stock.pool.makes_more)


def _tend(stock: Stock) -> bool:
    pool = stock.pool
    if pool.makes_more:
        wanted = min(2 * stock.low_level - stock.free, MAX_MADE)
        return make_codes(pool, count=max(wanted, 1)) > 0
    with transaction.atomic():
        untold = VoucherPool.objects.filter(pk=pool.pk, told_low_at=None)
        is_first = bool(untold.update(told_low_at=now()))
        if is_first:
            record(VouchersRanLow(subject_id=pool.pk, left=stock.free))
    return is_first


def _drawn(
    pool: VoucherPool, cause: Cause, customer: Customer | None, hold_until: datetime | None
) -> Voucher | None:
    today = day_in(pool.brand.time_zone)
    parameters: dict[str, Any] = {
        "brand_id": current_brand_id(),
        "pool_id": pool.pk,
        "customer_id": customer.pk if customer else None,
        "cause_kind": cause[0],
        "cause_id": cause[1],
        "state": State.ASSIGNED if hold_until is None else State.RESERVED,
        "hold_until": hold_until,
        "now": now(),
        "today": today,
        "expires_on": last_day_of(today, expires_on=pool.expires_on, valid_days=pool.valid_days),
    }
    rows = Voucher.objects.raw(sql.load("partners", "draw_voucher"), parameters)
    return next(iter(rows), None)


def _is_open(pool: VoucherPool) -> bool:
    rows = VoucherPool.objects.filter(pk=pool.pk, closed_at=None)
    return rows.filter(
        Q(expires_on=None) | Q(expires_on__gte=day_in(pool.brand.time_zone))
    ).exists()


def _asker(voucher: Voucher) -> tuple[int | None, str, int | None]:
    return voucher.customer_id, voucher.cause_kind, voucher.cause_id


def _held_by_same(voucher: Voucher) -> Any:
    """The row, while it is held for whom and what the caller knows: it may be another's by now."""
    return Voucher.objects.filter(
        pk=voucher.pk,
        state=State.RESERVED,
        customer=voucher.customer_id,
        cause_kind=voucher.cause_kind,
        cause_id=voucher.cause_id,
    )


def _end(which: Q, state: str, *, limit: int | None = None) -> list[int]:
    """Those that are ended here; whoever redeems one at this very moment is the faster one."""
    rows = Voucher.objects.select_for_update(no_key=True, of=("self",)).filter(which)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
    Voucher.objects.filter(pk__in=ids).update(state=state, ended_at=now(), reserved_until=None)
    return ids


def _check_worth(kind: str, value: int, item: str) -> None:
    if kind not in Kind.values:
        raise Invalid.at("kind", _("Say what it is worth."))
    if kind == Kind.PERCENT and not 1 <= value <= 100:
        raise Invalid.at("value", _("A share is 1 to 100 per cent."))
    if kind == Kind.AMOUNT and not 1 <= value <= MAX_MINOR:
        raise Invalid.at("value", _("Say how much money it is worth."))
    if kind == Kind.ITEM and not (0 <= value <= MAX_MINOR and item.strip()):
        raise Invalid.at("item", _("Say what the guest gets."))
