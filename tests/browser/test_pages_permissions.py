"""Permissions, the do-not-mail list and privacy requests as people see them."""

import re

import pytest
from playwright.sync_api import expect

from accounts.scope import brand_scope
from config.kit import ids
from customers.models.consents import Consent
from customers.services.consents import Evidence, record_consent
from customers.services.opt_in import request_opt_in, token_of
from customers.services.permissions import add_wording, set_permission_rule
from customers.services.privacy import erase_customer, request_copy
from customers.services.suppressions import suppress_address
from tests import factories
from tests.browser.conftest import page_checks

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_permission_settings_hold_and_show_the_effect_of_a_rule(live_server, signed_in, cast):
    with brand_scope(cast.floral):
        set_permission_rule(country="DE", bases=["consent"])
        set_permission_rule(country="", bases=["consent", "soft_opt_in", "implied", "claimed"])
        add_wording(purpose="marketing", version="2", text="Yes, send me news and offers.")
        for n, basis in enumerate(["consent", "consent", "claimed"]):
            customer = factories.customer(email=f"c{n}@example.com")
            words = Evidence(wording="Send me news", wording_version="1")
            record_consent(customer=customer, source="form", basis=basis, evidence=words)
    page = signed_in(cast.ana)
    url = f"{live_server.url}/b/floral/settings/permissions/"
    page_checks(page, url, pictures="permissions")
    page.get_by_label("Claimed by the brand").uncheck()
    expect(page.locator("#effect")).to_contain_text("stop mail to 1 person")


def test_the_do_not_mail_list_holds_and_takes_an_address(live_server, signed_in, cast, look):
    url = f"{live_server.url}/b/floral/settings/do-not-mail/"
    page = signed_in(cast.ana)
    look(page, url, pictures="do-not-mail-empty")
    with brand_scope(cast.floral):
        suppress_address(address="old@example.com", reason="bounce")
        suppress_address(address="angry@example.com", reason="complaint")
    page.goto(url)
    page.get_by_label("E-mail address").fill("stop@example.com")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("row", name=re.compile("stop@example.com"))).to_be_visible()
    page_checks(page, url, pictures="do-not-mail")
    page.get_by_role("link", name="Lift stop@example.com").click()
    look(page, page.url, pictures="do-not-mail-lift")


def test_privacy_pages_hold_from_the_wish_to_the_report(live_server, signed_in, cast, look):
    with brand_scope(cast.floral):
        cast.rae.refresh_from_db()
        record_consent(customer=cast.rae, source="form")
        copy = request_copy(customer=cast.rae, by_id=cast.ana.pk)
    page = signed_in(cast.ana)
    home = f"{live_server.url}/b/floral"
    look(page, f"{home}/privacy/{ids.encode('prv', copy.uid)}/", pictures="privacy-copy")
    look(page, f"{home}/customers/{ids.encode('cus', cast.rae.uid)}/privacy/", pictures="privacy")
    with brand_scope(cast.floral):
        gone = erase_customer(customer=cast.rae, by_id=cast.ana.pk)
    page_checks(page, f"{home}/privacy/{ids.encode('prv', gone.uid)}/", pictures="privacy-report")


def test_a_sign_up_is_confirmed_on_a_page_without_signing_in(live_server, page, cast):
    with brand_scope(cast.floral):
        words = Evidence(wording="Yes, send me news and offers.")
        request = request_opt_in(email="new@example.com", source="shop", evidence=words)
        url = f"{live_server.url}/confirm/{token_of(request)}"
    page_checks(page, url, pictures="confirm")
    page.goto(url)
    page.get_by_role("button", name="Yes, I want them").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    with brand_scope(cast.floral):
        assert Consent.objects.get().status == "granted"
