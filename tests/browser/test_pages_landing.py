"""The pages friends arrive on, and the script and the offer in a shop's own pages."""

import hashlib
import hmac
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from playwright.sync_api import expect

from accounts.scope import brand_scope
from config.kit import ids
from referrals.models.links import Share, Touch
from referrals.selectors.addresses import portal_address
from referrals.selectors.snippets import order_key, snippets
from referrals.services.advocates import current_code, join
from referrals.services.programmes import create_programme, end_programme, go_live
from tests.browser.conftest import page_checks, violations

pytestmark = pytest.mark.django_db(transaction=True)


class Shop(HTTPServer):
    """A shop on another host: each of its pages says the same."""

    body = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class ShopPage(BaseHTTPRequestHandler):
    server: Shop

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.server.body.encode())

    def log_message(self, *_: object) -> None:
        """Nothing on the console."""


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Shop(("127.0.0.1", 0), ShopPage) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def programme(cast, settings, live_server):
    settings.BASE_URL = live_server.url
    with brand_scope(cast.floral):
        programme = create_programme("Give 10, get 10")
        go_live(programme)
        programme.refresh_from_db()
    return programme


@pytest.fixture
def code(cast, programme):
    with brand_scope(cast.floral):
        return current_code(join(programme, customer=cast.rae, source="portal"))


def test_a_friend_lands_and_claims_in_every_width_and_theme(live_server, page, cast, code, look):
    page_checks(page, f"{live_server.url}/r/floral/{code.code}", pictures="landing")
    page.get_by_label("Your e-mail address").fill("nobody at home")
    page.get_by_role("button", name="Send me £10").click()
    expect(page.get_by_text("does not look like an e-mail address")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("Your e-mail address").fill("fay@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("please look in your inbox")
    assert violations(page) == []
    with brand_scope(cast.floral):
        end_programme(code.advocate.programme)
    look(page, f"{live_server.url}/r/floral/{code.code}", pictures="landing-ended")


def test_customers_ask_for_their_link_in_every_width_and_theme(live_server, page, programme):
    address = f"{live_server.url}/refer/floral/{ids.encode('prp', programme.uid)}"
    page_checks(page, address, pictures="join")
    page.get_by_label("Your e-mail address").fill("rae@example.com")
    page.get_by_role("button", name="E-mail me my link").click()
    expect(page.get_by_role("status")).to_contain_text("your link is on its way")
    assert violations(page) == []


def furnish(shop: Shop, cast, programme, *, order: str = "", proof: str = "") -> None:
    """Its pages have the script, the offer and a field for the code."""
    with brand_scope(cast.floral):
        parts = snippets(cast.floral, programme)
    offer = parts.offer.replace("></", f' order="{order}" source="shop" proof="{proof}"></', 1)
    field = '<input data-rapport-code aria-label="Code">'
    shop.body = f"<!doctype html><title>Shop</title><body>{offer}{field}{parts.script}</body>"


def visits(cast) -> list[tuple[str, str, str]]:
    with brand_scope(cast.floral):
        rows = Touch.objects.filter(kind="visit").order_by("pk")
        return list(rows.values_list("code__code", "order_source", "order_ref"))


def test_the_script_keeps_nothing_before_consent_and_tells_after_it(
    page, shop, cast, programme, code
):
    furnish(shop, cast, programme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{shop.url}/?rapport={code.code}")
    offer = page.get_by_role("link", name="Get my link")
    expect(offer).to_be_visible()
    assert "/refer/floral/prp_" in offer.get_attribute("href")
    expect(page.get_by_label("Code")).to_have_value(code.code)
    assert page.context.cookies(shop.url) == []
    assert not any("/touch/" in each for each in asked)
    with page.expect_response(re.compile("/touch/floral$")) as told:
        page.evaluate("rapport.consent()")
    assert told.value.status == 204
    assert visits(cast) == [(code.code, "", "")]
    (cookie,) = page.context.cookies(shop.url)
    assert cookie["name"] == "rapport_friend"
    assert code.code in cookie["value"]
    # On the next page the code is known without standing in the address; then it is forgotten.
    page.goto(f"{shop.url}/basket")
    expect(page.get_by_label("Code")).to_have_value(code.code)
    page.evaluate("rapport.forget()")
    assert page.context.cookies(shop.url) == []


def test_an_order_counts_only_with_the_shops_own_proof(page, shop, cast, programme, code):
    with brand_scope(cast.floral):
        proof = hmac.new(order_key().encode(), b"1001", hashlib.sha256).hexdigest()
    furnish(shop, cast, programme, order="1001", proof="0" * 64)
    page.goto(f"{shop.url}/?rapport={code.code}")
    page.evaluate("rapport.consent()")
    with page.expect_response(re.compile("/touch/floral$")) as told:
        page.goto(f"{shop.url}/thanks")
    assert told.value.status == 204
    furnish(shop, cast, programme, order="1001", proof=proof)
    with page.expect_response(re.compile("/touch/floral$")):
        page.goto(f"{shop.url}/thanks")
    assert visits(cast) == [(code.code, "", ""), (code.code, "shop", "1001")]


def test_staff_find_where_to_offer_it_and_print_a_card(
    live_server, signed_in, cast, programme, look
):
    page = signed_in(cast.ana)
    home = f"{live_server.url}/b/floral/referrals/programmes/{ids.encode('prp', programme.uid)}"
    look(page, f"{home}/places/", pictures="places")
    expect(page.locator("#place-script")).to_contain_text('data-brand="floral" defer')
    look(page, f"{home}/places/card/", pictures="insert-card")


def test_the_way_somebody_shares_is_counted_once_a_day(live_server, page, cast, code):
    with brand_scope(cast.floral):
        address = portal_address(
            programme_id=code.advocate.programme_id, customer_id=code.advocate.customer_id
        )
    page.goto(address)
    for _ in range(2):
        with page.expect_response(re.compile("/shared$")) as counted:
            page.get_by_text("QR code to show").click()
        assert counted.value.status == 204
    with brand_scope(cast.floral):
        rows = Share.objects.values_list("advocate_id", "kind", "channel", "placement")
        assert list(rows) == [(code.advocate_id, "shared", "qr", "portal")]
