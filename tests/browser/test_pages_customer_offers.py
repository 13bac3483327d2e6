"""A customer's own page of partners' offers, in every width and theme."""

import pytest

from accounts.scope import brand_scope
from config.kit import ids
from partners.models.partnerships import OfferCategory
from partners.rules.content import VoucherTerms
from partners.selectors.names import OFFER
from partners.selectors.own_page import offers_address
from tests.browser.conftest import page_checks
from tests.campaigns.mailing import customers
from tests.partners.conftest import make_partner, make_partnership
from tests.partners.reaching import sent, who_said_yes

pytestmark = pytest.mark.django_db(transaction=True)


def test_offers_to_take_and_the_question(live_server, page, cast):
    with brand_scope(cast.floral):
        [jo] = who_said_yes(1)
        [silent] = customers(1)
        pia = make_partner("pia@lucia.example", name="Pia Roth", business="Trattoria Lucia")
        category = OfferCategory.objects.create(name="Dinner")
        lucia = make_partnership(pia, category=category)
        offer = sent(
            lucia,
            headline="Four courses for two by the river",
            text="Homemade pasta, and a glass of wine with each course.\n\nBook a day before.",
            conditions="Not on Fridays and Saturdays. One voucher for each table.",
            voucher=VoucherTerms(kind="percent", value=20),
        )
        paths = {
            name: "/offers/" + offers_address(who.pk).rpartition("/")[2]
            for name, who in (("customer-offers", jo), ("customer-offers-question", silent))
        }
        # As the mail of an offer leads to it.
        paths["customer-offers"] += "/" + ids.encode(OFFER, offer.uid)
    for name, path in paths.items():
        page_checks(page, live_server.url + path, pictures=name)
