"""The page of contact rules in every width and theme."""

import pytest

from accounts.scope import brand_scope
from campaigns.rules.pressure import Cap, Rules
from campaigns.services.policy import set_contact_rules
from tests.browser.conftest import page_checks

pytestmark = pytest.mark.django_db(transaction=True)


def test_contact_rules_are_tried_and_saved(live_server, signed_in, cast):
    with brand_scope(cast.floral):
        set_contact_rules(Rules(caps=(Cap(9, period="month"),)))
    page = signed_in(cast.ana)
    url = f"{live_server.url}/b/floral/settings/contact-rules/"
    page_checks(page, url, pictures="contact-rules")
    page.get_by_label("In any 7 days").fill("2")
    page.get_by_label("Surveys: obeys the limits").uncheck()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("At most 2 mails in any 7 days").wait_for()
    page.get_by_text("At most 9 mails in a calendar month", exact=True).wait_for()
