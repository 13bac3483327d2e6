"""Addresses of customers' own pages; where friends arrive is rules/sharing.py."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.scope import current_brand_id
from campaigns.selectors.content import keyring
from campaigns.selectors.own_pages import OwnPage
from config.kit.errors import NotFound
from config.kit.tokens import Purpose, Ticket, sign_ticket
from customers.models.customers import Customer
from customers.selectors.customers import canonical
from referrals.selectors.advocates import advocate_of, sees_no_offer
from referrals.selectors.programmes import live_programmes


def portal_address(*, programme_id: int, customer_id: int) -> str:
    """A customer's page of a referral programme: of the brand in scope, for as long as it lives."""
    ticket = Ticket(current_brand_id(), programme_id, customer_id)
    return _whole(reverse("portal", args=[sign_ticket(keyring(), Purpose.PORTAL, ticket)]))


def reward_address(reward_id: int) -> str:
    """The page on which one reward is claimed."""
    ticket = Ticket(current_brand_id(), 0, reward_id)
    return _whole(reverse("reward", args=[sign_ticket(keyring(), Purpose.REWARD, ticket)]))


def portals_of(customer: Customer) -> Iterator[OwnPage]:
    """The customer's page of each live programme that they may see."""
    for programme in live_programmes():
        if advocate_of(programme, customer) or not sees_no_offer(programme, customer):
            address = portal_address(programme_id=programme.pk, customer_id=customer.pk)
            yield OwnPage(_("Your link for friends, and your rewards"), address)


def person(customer_id: int) -> Customer:
    """Whose page it is, or whom they were merged into. Raises NotFound, also once erased."""
    found = Customer.objects.filter(pk=customer_id).first()
    if found is None or found.erased_at or canonical(found).erased_at:
        raise NotFound("This link is no longer valid.")
    return canonical(found)


def _whole(path: str) -> str:
    return settings.BASE_URL.rstrip("/") + path
