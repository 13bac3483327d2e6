"""A customer's voucher behind its link: how it stands, in kind words."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from config.kit import clock
from config.kit.clock import now
from partners.models.vouchers import Voucher
from partners.selectors.vouchers import voucher_address
from partners.services.redemptions import redeem
from partners.services.vouchers import expire_due, give_back, void_vouchers
from tests.partners.services import offering
from tests.partners.vouchers import given, pool_of


def path_of(voucher: Voucher) -> str:
    return "/voucher/" + voucher_address(voucher.pk).rpartition("/")[2]


def words(voucher: Voucher) -> str:
    answer = Client().get(path_of(voucher))
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.fixture
def voucher(dinner, cast):
    offer = offering.live(dinner, conditions="Not on Sundays.\nOne for each table.")
    return given(pool_of(dinner, "DINE-1", offer=offer, valid_days=30), cast.rae)


def test_the_card_has_all_that_is_needed_at_the_till_and_leaves_no_trace(voucher, cast):
    answer = Client().get(path_of(voucher))
    page = answer.content.decode()
    for shown in ("DINE-1", "£10.00 off", "Trattoria Lucia", "Not on Sundays.", "Last day"):
        assert shown in page
    assert "<svg" in page
    assert not answer.cookies
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert cast.rae.email not in page
    files = ("css/tokens.css", "css/base.css", "css/referrals.css", "css/vouchers.css")
    sizes = [len(Path(finders.find(name)).read_bytes()) for name in files]
    assert len(answer.content) + sum(sizes) < 50_000


def test_a_voucher_that_is_over_says_so_kindly(voucher, dinner, cast):
    redeem(dinner, code="DINE-1", key="k", via="till")
    assert "You used this on" in words(voucher)
    pool = pool_of(dinner, "A-1", "A-2", "A-3", valid_days=1)
    void, old, held = (
        given(pool, cast.rae),
        given(pool, cast.rae),
        given(pool, cast.rae, hold_until=now() + timedelta(hours=1)),
    )
    void_vouchers([void.pk], reason="Refunded")
    assert "was taken back" in words(void)
    assert "being kept for you" in words(held)
    with clock.as_of(now() + timedelta(days=2)):
        assert "Its last day was" in words(old)
        expire_due()
    assert "A-2" not in words(old)


def test_a_voucher_of_nobody_has_no_page(voucher, dinner, cast):
    held = given(pool_of(dinner, "B-1"), cast.rae, hold_until=now() + timedelta(hours=1))
    path = path_of(held)
    give_back(held)
    for gone in (path, path[:-1] + "x", "/voucher/nonsense"):
        assert Client().get(gone).status_code == 404
