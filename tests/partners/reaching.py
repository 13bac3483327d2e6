"""Makers of offers that are out, and of customers who said yes to them."""

from campaigns.models.campaigns import Campaign
from campaigns.services.planning import plan
from customers.models.customers import Customer
from customers.services.consents import record_consent
from partners.models.offers import Offer
from partners.models.partnerships import Partnership
from partners.services.delivery import send_offer
from tests.campaigns.mailing import customers
from tests.partners.services.offering import live


def who_said_yes(count: int, *, prefix: str = "y") -> list[Customer]:
    """`y0@example.com` ... who want offers of partners, and said nothing else."""
    rows = customers(count, consented=False, prefix=prefix)
    for row in rows:
        record_consent(customer=row, source="form", purpose="partner_offers")
    return rows


def sent(partnership: Partnership, *, control_percent: int = 0, **said: object) -> Offer:
    """A live offer whose mailing is launched, and planned."""
    offer = live(partnership, **said)
    Offer.objects.filter(pk=offer.pk).update(control_percent=control_percent)
    offer.refresh_from_db()
    campaign = send_offer(offer)
    plan(campaign.pk)
    return offer


def mailing_of(offer: Offer) -> Campaign:
    return Campaign.objects.get(partner_offers=offer)
