"""The page that says which way mail leaves."""

import pytest

from accounts.scope import brand_scope
from campaigns.models.transports import Transport
from campaigns.services.transports import Server, set_pace, use_provider, use_server
from tests.browser.conftest import page_checks

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_sending_page_holds_and_shows_what_each_way_needs(live_server, signed_in, cast):
    with brand_scope(cast.floral):
        use_server(Server(host="mail.floral.example", username="floral", password="secret"))
        set_pace(per_minute=600, domains={"gmail.com": 300})
        words = "We could not connect to mail.floral.example:587: timed out."
        kept = {"code": "connection", "words": words, "at": "2026-11-01T10:00:00+00:00"}
        Transport.objects.update(trial=kept)
    page = signed_in(cast.ana)
    page_checks(page, f"{live_server.url}/b/floral/settings/sending/", pictures="sending")
    server, secret = page.locator("[name=host]"), page.locator("[name=password]")
    assert (server.is_visible(), secret.is_visible()) == (True, True)
    page.get_by_label("Postmark").check()
    assert (server.is_visible(), secret.is_visible()) == (False, True)
    user = page.locator("[name=username]")
    assert user.is_hidden()
    page.get_by_label("Mailjet").check()
    assert user.is_visible()
    page.get_by_label("The mail server of this installation").check()
    assert (server.is_visible(), secret.is_visible()) == (False, False)


def test_a_providers_page_says_how_we_hear_of_what_comes_back(live_server, signed_in, cast, look):
    with brand_scope(cast.floral):
        use_provider("resend", key="secret")
    page = signed_in(cast.ana)
    url = f"{live_server.url}/b/floral/settings/sending/"
    look(page, url, pictures="sending-provider")
    page.get_by_label("Signing secret").fill("whsec_c2VjcmV0")
    page.get_by_role("button", name="Save the key").click()
    assert page.get_by_text("Set up", exact=True).is_visible()
