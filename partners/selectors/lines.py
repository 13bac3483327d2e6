"""Commission lines: what they are reckoned of, and by which deal."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db.models import Q

from partners.models.offers import Offer, OfferClaim, OfferStep, OfferVersion
from partners.models.vouchers import Redemption
from partners.rules.revenue_share import Bought, Deal, Facts

REDEMPTION = "redemption"
CLAIM = "claim"
# Of a voucher that was drawn for an offer.
_OFFER = "offer"
# An offer's id, and the number of one of its versions.
Version = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that an offer brought; `started_at` is when its customer took the offer."""

    offer_id: int
    cause_id: int
    at: datetime
    started_at: datetime
    facts: Facts
    words: str = ""


def by_version(happened: Iterable[Happened]) -> dict[Version, list[Happened]]:
    """What happened, by the version that held when its customer took the offer: the one approved
    last until then, the first one for what began before."""
    found = list(happened)
    offers = Offer.objects.filter(pk__in={each.offer_id for each in found})
    holding = dict(offers.values_list("pk", "approved"))
    approved: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    steps = OfferStep.objects.filter(offer__in=holding, act="approved").order_by("at", "pk")
    for offer_id, at, number in steps.values_list("offer", "at", "version"):
        approved[offer_id].append((at, number))
    groups: dict[Version, list[Happened]] = defaultdict(list)
    for each in found:
        numbers = [number for _, number in approved[each.offer_id]]
        until = [number for at, number in approved[each.offer_id] if at <= each.started_at]
        number = (until[-1:] or numbers[:1] or [holding[each.offer_id]])[0]
        groups[each.offer_id, number].append(each)
    return dict(groups)


def deals_of(versions: Collection[Version]) -> dict[Version, Deal]:
    """The deal of each version; of an offer that nobody agreed to there is none."""
    if not versions:
        return {}
    which = Q()
    for offer_id, number in versions:
        which |= Q(offer=offer_id, number=number)
    rows = OfferVersion.objects.filter(which).values_list("offer", "number", "content__deal")
    return {(offer, number): msgspec.convert(deal or {}, Deal) for offer, number, deal in rows}


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
