"""The brand's page of consent and the partner's results, in every width and theme."""

import pytest

from accounts.scope import brand_scope
from partners.models.partnerships import OfferCategory
from tests.browser.conftest import page_checks
from tests.campaigns.mailing import customers
from tests.partners.conftest import make_partner, make_partnership, partner_path
from tests.partners.reaching import sent, who_said_yes

pytestmark = pytest.mark.django_db(transaction=True)


def test_consent_and_results(live_server, signed_in, cast, look):
    with brand_scope(cast.floral):
        who_said_yes(3)
        customers(5)
        pia = make_partner("pia@lucia.example", name="Pia Roth", business="Trattoria Lucia")
        lucia = make_partnership(pia, category=OfferCategory.objects.create(name="Dinner"))
        sent(lucia)
        results = partner_path(lucia, "results/")
    page = signed_in(cast.ana)
    page_checks(page, f"{live_server.url}/b/floral/partners/consent/", pictures="consent")
    look(signed_in(pia), live_server.url + results, pictures="partner-results")
