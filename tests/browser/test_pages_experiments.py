"""The control group's page in every width and theme."""

import pytest

from accounts.scope import brand_scope
from customers.services.experiments import set_brand_control
from tests import factories
from tests.browser.conftest import page_checks

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_control_group_can_be_tried_before_it_is_switched_on(
    live_server, signed_in, cast, look
):
    with brand_scope(cast.floral):
        factories.consent(cast.rae)
    page = signed_in(cast.ana)
    url = f"{live_server.url}/b/floral/settings/control-group/"
    look(page, url, pictures="control-group-off")
    page.get_by_label("Hold out, per cent of all customers").fill("30")
    page.get_by_role("button", name="Show the effect").click()
    page.locator("#effect", has_text="of the 1 people who can be written to now").wait_for()


def test_the_control_group_shows_what_it_compares(live_server, signed_in, cast):
    with brand_scope(cast.floral):
        set_brand_control(10)
    page = signed_in(cast.ana)
    url = f"{live_server.url}/b/floral/settings/control-group/"
    page_checks(page, url, pictures="control-group-on")
