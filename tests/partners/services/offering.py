"""Offers as partners write them, and as the brand agrees to them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import msgspec

from accounts.models.users import User
from accounts.scope import Actor, acting
from partners.models.offers import Offer
from partners.models.partnerships import OfferCategory, Partnership
from partners.rules.content import OfferContent, VoucherTerms
from partners.selectors.offers import offer_day, version_content, version_of
from partners.services.approvals import approve_offer
from partners.services.offers import save_offer, submit_offer
from partners.services.running import start_due


def content(category: OfferCategory | None, **said: Any) -> OfferContent:
    """A fifth off dinner, four weeks from today on."""
    assert category is not None
    today = offer_day()
    values: dict[str, Any] = {
        "headline": "A fifth off dinner for two",
        "starts_on": today,
        "ends_on": today + timedelta(days=28),
        "category_id": category.pk,
        "voucher": VoucherTerms(value=20),
    }
    return OfferContent(**{**values, **said})


def other(content: OfferContent, **said: Any) -> OfferContent:
    return msgspec.structs.replace(content, **said)


@contextmanager
def as_partner(user: User) -> Iterator[None]:
    with acting(Actor("partner", user.pk)):
        yield


def submitted(partnership: Partnership, **said: Any) -> Offer:
    """An offer whose first version waits for the brand's word."""
    with acting(Actor("partner")):
        offer = save_offer(partnership, content(partnership.category, **said))
        return submit_offer(offer, number=1)


def approve(offer: Offer) -> Offer:
    """The brand agrees to what is in review."""
    digest = version_of(offer, offer.submitted).content_hash
    with acting(Actor("user")):
        return approve_offer(offer, number=offer.submitted, content_hash=digest)


def live(partnership: Partnership, **said: Any) -> Offer:
    """An offer that runs, or waits for its first day."""
    offer = approve(submitted(partnership, **said))
    start_due(only=offer.pk)
    offer.refresh_from_db()
    return offer


def changed(offer: Offer, **said: Any) -> Offer:
    """Another version of it, to which both sides agreed."""
    with acting(Actor("partner")):
        change = other(version_content(offer, offer.saved), **said)
        save_offer(offer.partnership, change, offer=offer, base=offer.saved)
        submit_offer(offer, number=offer.saved)
    return approve(offer)


def days(first: int, last: int) -> dict[str, date]:
    """From so many days after today to so many."""
    today = offer_day()
    return {
        "starts_on": today + timedelta(days=first),
        "ends_on": today + timedelta(days=last),
    }
