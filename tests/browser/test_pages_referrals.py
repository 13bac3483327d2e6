"""The brand's pages about referrals in every width and theme."""

import pytest

from tests.browser.conftest import page_checks, violations

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_referral_programme_is_set_up_and_started(live_server, signed_in, cast):
    page = signed_in(cast.ana)
    page_checks(page, f"{live_server.url}/b/floral/referrals/", pictures="referrals-empty")
    page.get_by_role("link", name="Set it up").click()
    page.get_by_label("Name").fill("Bring a friend")
    page.get_by_role("button", name="Go on").click()
    page_checks(page, page.url, pictures="referrals-offer")
    worth = page.get_by_role("spinbutton", name="Worth").first
    worth.fill("15")
    page.get_by_text("£15 as a coupon, 14 days after the order").wait_for()
    page.get_by_role("button", name="Keep and go on").click()
    page.get_by_role("heading", name="Whose friend it is").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Keep and go on").click()
    page.get_by_role("button", name="Keep and go on").click()
    page_checks(page, page.url, pictures="referrals-start")
    page.get_by_role("button", name="Start it").click()
    page.get_by_text("It is live.").wait_for()
    page_checks(page, page.url, pictures="referrals-programme")
