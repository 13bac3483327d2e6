"""Batches of codes: how many are left, and which campaign takes from which."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Count, Q, QuerySet

from campaigns.models.campaigns import Campaign
from campaigns.models.coupons import CampaignCoupons, Coupon, CouponBatch
from campaigns.rules.coupons import Terms
from campaigns.rules.numbers import counted

BATCH = "cpb"
Level = Literal["error", "warning"]
_TAG = re.compile(r"\{\{-?\s*coupon\b")
# Fewer codes than this share of the audience left afterwards, and it is time for more.
_LOW = 0.1


@dataclass(frozen=True, slots=True)
class Stock:
    """A batch and its codes. `free` can still be drawn."""

    batch: CouponBatch
    codes: int
    drawn: int
    redeemed: int
    free: int


def stocks() -> list[Stock]:
    """All batches, newest first."""
    return _stocks(CouponBatch.objects.order_by("-id"))


def stock_of(batch: CouponBatch) -> Stock:
    return _stocks(CouponBatch.objects.filter(pk=batch.pk))[0]


def stocks_of(batches: Collection[CouponBatch]) -> dict[int, Stock]:
    """By the batch's key."""
    found = _stocks(CouponBatch.objects.filter(pk__in=[batch.pk for batch in batches]))
    return {stock.batch.pk: stock for stock in found}


def batch_of(campaign: Campaign) -> CouponBatch | None:
    """Where the campaign takes its codes from."""
    rows = CampaignCoupons.objects.filter(campaign=campaign).select_related("batch")
    choice = rows.first()
    return choice.batch if choice else None


def terms_of(coupon: Coupon) -> Terms:
    """Those of its batch, but for what is said of this code alone."""
    batch, own = coupon.batch, coupon.worth_minor
    is_percent = batch.kind == CouponBatch.Kind.PERCENT
    return Terms(
        kind=batch.kind,
        value=batch.value if is_percent or own is None else own,
        most_minor=own if is_percent else None,
        minimum_minor=batch.minimum_minor,
        products=frozenset(batch.products),
        expires_on=coupon.expires_on or batch.expires_on,
        is_stackable=batch.is_stackable,
        is_void=coupon.voided_at is not None,
    )


def coupons_after(batch_id: int, *, after: int, limit: int) -> list[Coupon]:
    """Codes of a batch with an id above `after`, for its export."""
    rows = Coupon.objects.filter(batch_id=batch_id, pk__gt=after).order_by("id")
    return list(rows.select_related("customer", "campaign")[:limit])


def cells(coupons: list[Coupon]) -> Iterator[tuple[str, ...]]:
    """A code as a line of the shop's file."""
    for coupon in coupons:
        yield (
            coupon.code,
            coupon.customer.email if coupon.customer else "",
            coupon.campaign.name if coupon.campaign else "",
            coupon.drawn_at.strftime("%Y-%m-%d %H:%M:%S") if coupon.drawn_at else "",
            coupon.redeemed_at.strftime("%Y-%m-%d %H:%M:%S") if coupon.redeemed_at else "",
        )


def _stocks(batches: QuerySet[CouponBatch, Any]) -> list[Stock]:
    counted = batches.annotate(
        codes=Count("coupons"),
        drawn=Count("coupons", filter=Q(coupons__customer__isnull=False)),
        redeemed=Count("coupons", filter=Q(coupons__redeemed_at__isnull=False)),
        free=Count(
            "coupons",
            filter=Q(
                coupons__customer__isnull=True,
                coupons__redeemed_at__isnull=True,
                coupons__is_usable=True,
            ),
        ),
    )
    return [Stock(each, each.codes, each.drawn, each.redeemed, each.free) for each in counted]


def coupon_problems(campaign: Campaign, said: str, people: int) -> Iterator[tuple[Level, str]]:
    """What is wrong with the codes of a campaign that says `said` to so many people."""
    batch, is_used = batch_of(campaign), bool(_TAG.search(said))
    if batch is None:
        if is_used:
            yield "error", "The mail has a coupon code in it. Choose the batch it comes from."
        return
    if not is_used:
        yield "warning", "A batch of coupons is chosen, but the mail has no {{ coupon }} in it."
        return
    if batch.expires_on is not None and batch.expires_on < campaign.brand.today:
        yield "error", f"The codes of “{batch.name}” are no longer valid."
    free = stock_of(batch).free
    if free < people:
        left, wanted = counted(free, "code", "codes"), counted(people, "person", "people")
        yield "error", f"“{batch.name}” has {left} left for {wanted}. Add more."
    elif free - people < people * _LOW:
        left = counted(free - people, "code", "codes")
        yield "warning", f"“{batch.name}” will have {left} left afterwards."
