"""A partner's bank details, messages and keys, on a telephone as on a screen."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from accounts.scope import Actor, acting, brand_scope
from config.kit import ids
from partners.models.offers import Offer
from partners.models.partnerships import OfferCategory, PartnerMessage
from partners.services.messages import write_message
from tests.browser.conftest import page_checks
from tests.partners.conftest import make_partner, make_partnership, partner_path
from tests.partners.keys import system_of
from tests.second_factor import proven, set_up

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dinner(cast):
    pia = make_partner("pia@lucia.example", name="Pia Roth", business="Trattoria Lucia")
    set_up(pia)
    with brand_scope(cast.floral):
        row = make_partnership(pia, category=OfferCategory.objects.create(name="Dinner"))
        offer = Offer.objects.create(partnership=row, name="Dinner for two")
        with acting(Actor("partner", pia.pk)):
            write_message(row, text="May we start a week later?\n\nThe cook is away.", about=offer)
        with acting(Actor("user", cast.ben.pk)):
            write_message(row, text="Of course. Please save it as a new version.")
        system_of(row, pia)
    return row


@pytest.fixture
def trusted(page, live_server, dinner):
    """Pia's page, a code given just now."""
    client = Client()
    client.force_login(dinner.organisation.memberships.get().user)
    value = proven(client).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
    return page


def test_a_partner_reads_messages_and_writes_back(trusted, live_server, dinner, cast):
    url = f"{live_server.url}{partner_path(dinner, 'messages/')}"
    page_checks(trusted, url, pictures="partner-messages")
    # The page says itself that it was seen.
    expect(trusted.get_by_role("button", name="I have read them")).to_be_hidden()
    with brand_scope(cast.floral):
        assert not PartnerMessage.objects.filter(by_kind="user", read_at=None).exists()
    trusted.get_by_label("Message").fill("We will.")
    trusted.get_by_role("button", name="Send").click()
    expect(trusted.get_by_text("We will.")).to_be_visible()


def test_bank_details_and_keys_hold_in_every_width_and_theme(trusted, live_server, dinner, look):
    look(trusted, f"{live_server.url}{partner_path(dinner, 'bank/')}", pictures="partner-bank")
    trusted.get_by_label("Account holder").fill("Lucia Roth")
    trusted.get_by_label("Sort code").fill("20-00-00")
    trusted.get_by_label("Account number").fill("55779911")
    trusted.get_by_role("button", name="Save").click()
    expect(trusted.get_by_text("9911")).to_be_visible()
    look(trusted, f"{live_server.url}{partner_path(dinner, 'keys/')}", pictures="partner-keys")


@pytest.mark.full
def test_the_brands_side_holds_in_every_width_and_theme(signed_in, live_server, dinner, cast):
    page = signed_in(cast.ana)
    own = f"{live_server.url}/b/floral/partners/partnerships/{ids.encode('prt', dinner.uid)}"
    page_checks(page, f"{own}/messages/", pictures="brand-messages")
    page_checks(page, f"{own}/keys/", pictures="brand-keys")
