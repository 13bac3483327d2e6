"""The page about mails leads to other pages of the customer's own."""

import pytest
from django.test import Client

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.selectors.content import keyring
from config.kit.tokens import Purpose, Ticket, sign_ticket
from referrals.models.programmes import Programme
from referrals.rules.terms import Terms
from referrals.selectors.addresses import portal_address
from referrals.selectors.advocates import sees_no_offer
from referrals.services.programmes import create_programme, go_live


@pytest.fixture
def said(cast):
    """What the page of Rae's mails says."""
    with brand_scope(cast.floral):
        campaign = Campaign.objects.create(name="May", state="done")
    ticket = Ticket(cast.floral.pk, campaign.pk, cast.rae.pk)
    path = f"/p/{sign_ticket(keyring(), Purpose.UNSUBSCRIBE, ticket)}"
    return lambda: Client().get(path).content.decode()


def test_without_a_referral_programme_it_leads_nowhere_else(said):
    assert "/me/" not in said()


def test_it_leads_to_the_link_for_friends(cast, said):
    with brand_scope(cast.floral):
        programme = create_programme("Give 10, get 10")
        go_live(programme)
        address = portal_address(programme_id=programme.pk, customer_id=cast.rae.pk)
    assert f'href="{address}"' in said()


@pytest.mark.parametrize("is_held_out", [True, False])
def test_who_is_held_out_sees_nothing_of_it(cast, said, is_held_out):
    with brand_scope(cast.floral):
        programme = create_programme("Give 10, get 10", terms=Terms(holdout_percent=50))
        go_live(programme)
        # Where Rae stands is decided by the salt: one of these is on either side.
        for salt in range(64):
            Programme.objects.filter(pk=programme.pk).update(salt=bytes([salt] * 32))
            programme.refresh_from_db()
            if sees_no_offer(programme, cast.rae) == is_held_out:
                break
    assert ("/me/" in said()) != is_held_out
