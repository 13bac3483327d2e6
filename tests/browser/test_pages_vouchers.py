"""Vouchers as guests hold them, and the till on a waiter's telephone: also without JavaScript, and
without a connection."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models.users import User
from accounts.scope import brand_scope
from config.kit import ids
from partners.models.vouchers import Redemption, VoucherPool
from partners.selectors.names import PARTNERSHIP, POOL
from partners.selectors.vouchers import voucher_address
from partners.services.redemptions import redeem
from partners.services.till import set_pin
from tests.browser.conftest import page_checks
from tests.partners.conftest import make_partner, make_partnership
from tests.partners.vouchers import given, pool_of

pytestmark = pytest.mark.django_db(transaction=True)
PIN = "408217"


@pytest.fixture
def till(live_server, cast):
    """The address of a till with two vouchers that can be used, and the page of one."""
    with brand_scope(cast.floral):
        pia = make_partner("pia@lucia.example", name="Pia", business="Trattoria Lucia")
        dinner = make_partnership(pia)
        set_pin(dinner, pin=PIN)
        pool = pool_of(dinner, "DINE-7K3Q", "DINE-8W4R", valid_days=30)
        mine = given(pool, cast.rae)
        given(pool, cast.rae)
        card = "/voucher/" + voucher_address(mine.pk).rpartition("/")[2]
    path = f"/till/{ids.encode(PARTNERSHIP, dinner.uid)}"
    return live_server.url + path, live_server.url + card


def let_in(page, till):
    page.goto(till)
    page.get_by_label("PIN").fill(PIN)
    page.get_by_role("button", name="Open the till").click()


def test_the_till_and_the_card_hold_in_every_width_and_theme(page, till, look):
    address, card = till
    page_checks(page, card, pictures="voucher")
    let_in(page, address)
    page.get_by_label("Code of the voucher").fill("dine-7k3q")
    page.get_by_role("button", name="Look at it").click()
    page_checks(page, page.url, pictures="till-in-hand")
    page.get_by_label("What the guest pays").fill("42.50")
    page.get_by_role("button", name="Redeem").click()
    expect(page.get_by_role("status")).to_contain_text("Redeemed")
    look(page, page.url, pictures="till-done")


def test_without_a_connection_nothing_is_lost_and_the_next_press_redeems_once(page, till, cast):
    address, _ = till
    let_in(page, address)
    page.goto(f"{address}?code=DINE-7K3Q")
    page.context.set_offline(True)
    page.get_by_role("button", name="Redeem").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was lost")
    page.context.set_offline(False)
    page.get_by_role("button", name="Redeem").click()
    expect(page).to_have_url(re.compile("done=rdm_"))
    with brand_scope(cast.floral):
        assert Redemption.objects.count() == 1


def test_without_javascript_the_till_works(browser, till, cast):
    address, _ = till
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    let_in(page, f"{address}?code=DINE-8W4R")
    page.get_by_role("button", name="Redeem").click()
    expect(page.get_by_role("status")).to_contain_text("Redeemed")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("can be used again")
    context.close()


@pytest.mark.full
def test_pages_of_pools_hold_for_brand_and_partner(live_server, signed_in, till, cast):
    with brand_scope(cast.floral):
        pool = VoucherPool.objects.get()
        dinner = pool.partnership
        redeem(dinner, code="DINE-7K3Q", key="k", via="till", paid_minor=4_250)
        pool_of(dinner, "WINE-1", name="A bottle of wine", kind="item", item="A bottle of Chianti")
        paths = [
            "/b/floral/partners/vouchers/",
            f"/b/floral/partners/vouchers/{ids.encode(POOL, pool.uid)}/",
        ]
    page = signed_in(cast.ana)
    for name, path in zip(("pools", "pool"), paths, strict=True):
        page_checks(page, live_server.url + path, pictures=name)
    page = signed_in(User.objects.get(email="pia@lucia.example"))
    own = f"/partner/{ids.encode(PARTNERSHIP, dinner.uid)}/"
    page_checks(page, f"{live_server.url}{own}vouchers/", pictures="own-vouchers")
    page.goto(f"{live_server.url}{own}redemptions/")
    file = {"name": "may.csv", "mimeType": "text/csv", "buffer": b"DINE-8W4R\nX-1\n"}
    page.get_by_label("List of redemptions").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Redeem 1 voucher").click()
    expect(page.get_by_text("1 voucher redeemed. 1 line is to fix.")).to_be_visible()


# What this browser has not got: a camera, and a reader of pictures.
_CAMERA = """
window.BarcodeDetector = class {
  static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
  detect() { return Promise.resolve([{ rawValue: "SEEN" }]); }
};
navigator.mediaDevices.getUserMedia = () => GIVES;
"""
_PICTURE = """(() => {
  const canvas = document.createElement("canvas");
  canvas.getContext("2d").fillRect(0, 0, 9, 9);
  return Promise.resolve(canvas.captureStream(5));
})()"""


@pytest.mark.full
def test_the_camera_reads_a_voucher_and_a_refused_one_says_what_else_works(page, till):
    address, _ = till
    let_in(page, address)
    allowed = page.evaluate("document.featurePolicy?.allowsFeature('camera') ?? true")
    assert allowed
    seen = f"{address}?code=DINE-7K3Q"
    page.add_init_script(_CAMERA.replace("SEEN", seen).replace("GIVES", _PICTURE))
    page.goto(address)
    page.get_by_role("button", name="Scan the picture").click()
    expect(page).to_have_url(re.compile("code=DINE-7K3Q"))
    expect(page.get_by_role("button", name="Redeem")).to_be_visible()

    page.add_init_script(_CAMERA.replace("GIVES", "Promise.reject(new Error('refused'))"))
    page.goto(address)
    page.get_by_role("button", name="Scan the picture").click()
    expect(page.get_by_text("The camera cannot be used here.")).to_be_visible()
