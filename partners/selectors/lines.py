"""Commission lines: by which deal they are reckoned, and which there are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db.models import F, QuerySet

from partners.models.offers import OfferClaim, OfferVersion
from partners.models.partnerships import Partnership
from partners.models.settlements import CommissionLine
from partners.models.vouchers import Redemption
from partners.rules.revenue_share import Bought, Deal, Facts

REDEMPTION = "redemption"
CLAIM = "claim"
# Of a voucher that was drawn for an offer.
_OFFER = "offer"


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that an offer brought; `started_at` is when its customer took the offer."""

    offer_id: int
    cause_id: int
    at: datetime
    started_at: datetime
    facts: Facts
    words: str = ""


def deals_of(offer_ids: Collection[int]) -> dict[int, Deal]:
    """Offer id -> the deal of the version that holds; offers without one are left out."""
    versions = OfferVersion.objects.filter(offer__in=offer_ids, number=F("offer__approved"))
    rows = versions.values_list("offer", "content__deal")
    return {offer_id: msgspec.convert(deal or {}, Deal) for offer_id, deal in rows}


def redeemed(redemption_ids: Collection[int]) -> list[Happened]:
    """Redemptions of vouchers that customers got by an offer, in the order in which they came;
    none that was taken back. They stay as they are until the transaction ends."""
    rows = (
        Redemption.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=redemption_ids, taken_back_at=None, voucher__cause_kind=_OFFER)
        .select_related("voucher__pool")
        .order_by("pk")
    )
    found = list(rows)
    claims = OfferClaim.objects.filter(
        offer__in={row.voucher.cause_id for row in found},
        customer__in={row.voucher.customer_id for row in found},
    )
    taken: dict[tuple[int, int | None], datetime] = {
        (offer_id, customer_id): at
        for offer_id, customer_id, at in claims.values_list("offer", "customer", "at")
    }
    happened = [_redeemed(row, taken) for row in found]
    return sorted(happened, key=lambda each: (each.at, each.cause_id))


def claimed(claim_ids: Collection[int]) -> list[Happened]:
    """Offers that customers took, in the order in which they came."""
    rows = OfferClaim.objects.filter(pk__in=claim_ids).order_by("at", "pk")
    return [
        Happened(row.offer_id, row.pk, row.at, row.at, Facts(is_lead=True), "Offer taken")
        for row in rows
    ]


def lines_of(partnership: Partnership) -> QuerySet[CommissionLine]:
    """All of them, the newest first."""
    return CommissionLine.objects.filter(partnership=partnership).order_by("-happened_at", "-pk")


def _redeemed(row: Redemption, taken: dict[tuple[int, int | None], datetime]) -> Happened:
    voucher = row.voucher
    offer_id = voucher.cause_id or 0
    paid = row.paid_minor or 0
    item = voucher.pool.item
    return Happened(
        offer_id=offer_id,
        cause_id=row.pk,
        at=row.at,
        started_at=taken.get((offer_id, voucher.customer_id)) or voucher.drawn_at or row.at,
        facts=Facts(
            paid_minor=row.paid_minor,
            lines=[Bought(item, paid)] if item and paid else (),
            is_new_customer=row.is_new_customer,
        ),
        words=f"Voucher {voucher.code}",
    )
