"""What came of offers: exactly for the brand, in numbers of many people for the partner."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.scope import current_brand_id
from campaigns.selectors.lifts import lift_of
from config.kit.sql import load
from customers.rules.lift import Lift
from partners.models.offers import Offer
from partners.models.partnerships import Partnership
from partners.rules.results import Results, for_partner


@dataclass(frozen=True, slots=True)
class Row:
    """An offer with what its reader may know of its results."""

    offer: Offer
    results: Results


def counted(offers: Collection[Offer]) -> dict[int, Results]:
    """For the brand's eyes, by offer."""
    with connection.cursor() as cursor:
        keys: dict[str, Any] = {
            "brand_id": current_brand_id(),
            "offer_ids": [offer.pk for offer in offers],
        }
        cursor.execute(load("partners", "offer_results"), keys)
        return {offer_id: Results(*figures) for offer_id, *figures in cursor.fetchall()}


def counts_of(offer: Offer) -> Results:
    """For the brand's eyes."""
    return counted([offer])[offer.pk]


def results_of(offer: Offer) -> Results:
    """For its partner: whatever is of fewer than 10 people is None, or tells of them."""
    return for_partner(counts_of(offer))


def lift_of_offer(offer: Offer) -> Lift | None:
    """For the brand's eyes: what those it was mailed to bought of the brand, against its control
    group. None before it was sent, or without one."""
    return lift_of(offer.campaign) if offer.campaign else None


def sent_offers(partnership: Partnership) -> QuerySet[Offer]:
    return Offer.objects.filter(partnership=partnership).exclude(campaign=None)


def rows_of(offers: Collection[Offer]) -> list[Row]:
    """In their order, as their partner may know them."""
    found = counted(offers) if offers else {}
    return [Row(offer, for_partner(found[offer.pk])) for offer in offers]
