"""The second factor in the browser: set up by QR code, with recovery codes, asked for again."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import page_checks, violations
from tests.conftest import PASSWORD
from tests.second_factor import code_now, set_up

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_person_sets_the_second_factor_up(signed_in, live_server, cast, settings, look):
    settings.MFA_TOTP_TOLERANCE = 1
    page = signed_in(cast.ana)
    look(page, f"{live_server.url}/accounts/2fa/", pictures="two-steps")
    page.get_by_role("link", name="Set it up").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()

    page_checks(page, f"{live_server.url}/accounts/2fa/totp/activate/", pictures="two-steps-set-up")
    page.get_by_label("code", exact=False).last.fill(
        code_now(page.locator("#totp-key").text_content())
    )
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    look(page, f"{live_server.url}/accounts/2fa/recovery-codes/", pictures="two-steps-codes")


def test_whoever_has_one_is_asked_for_it(signed_in, live_server, cast):
    set_up(cast.ana)
    page = signed_in(cast.ana)
    page_checks(
        page, f"{live_server.url}/accounts/2fa/reauthenticate/?next=/", pictures="two-steps-asked"
    )
    assert violations(page) == []
