"""The till of a partner on a telephone: let in by a PIN, one press for each voucher."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from config.kit import clock, ids
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from partners.models.partnerships import Partnership, PartnershipDoor
from partners.models.sisters import SisterPact
from partners.models.vouchers import Redemption, Voucher
from partners.selectors.names import PARTNERSHIP, REDEMPTION
from partners.services.till import set_pin, try_pin
from tests.partners.services import offering
from tests.partners.vouchers import given, pool_of

PIN = "408217"


def words(response) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(unescape(text).split())


def key_in(response) -> str:
    return re.search(r'name="key" value="(\w+)"', response.content.decode())[1]


@pytest.fixture(autouse=True)
def _noon():
    """So that no test runs over midnight, where telephones are locked."""
    with clock.as_of(clock.now().replace(hour=12, minute=0)):
        yield


@pytest.fixture
def voucher(dinner, cast):
    set_pin(dinner, pin=PIN)
    return given(pool_of(dinner, "DINE-1", "DINE-2", value=1_500), cast.rae)


@pytest.fixture
def path(dinner):
    return f"/till/{ids.encode(PARTNERSHIP, dinner.uid)}"


@pytest.fixture
def till(voucher, path):
    """A telephone that was let in."""
    client = Client()
    client.post(f"{path}/open", {"pin": PIN})
    return client


def test_a_pin_lets_a_telephone_in_until_midnight_or_until_it_is_locked(voucher, path, dinner):
    till = Client()
    assert "Type the PIN" in words(till.get(path, {"code": "DINE-1"}))
    assert till.post(f"{path}/open", {"pin": "111112"}).status_code == 403
    assert not till.cookies.get(f"rapport_till_{dinner.pk}")
    answer = till.post(f"{path}/open", {"pin": PIN, "code": "DINE-1"})
    assert answer["Location"] == f"{path}?code=DINE-1"
    cookie = till.cookies[f"rapport_till_{dinner.pk}"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", path)
    page = till.get(path, {"code": "DINE-1"})
    assert "£15.00 off" in words(page)
    assert page["Permissions-Policy"].startswith("camera=(self)")
    assert page["Cache-Control"] == "no-store"
    with clock.as_of(now() + timedelta(days=1)):
        assert "Type the PIN" in words(till.get(path))
    set_pin(dinner, pin="902451")
    assert "Type the PIN" in words(till.get(path))
    till.post(f"{path}/open", {"pin": "902451"})
    till.post(f"{path}/close")
    assert "Type the PIN" in words(till.get(path))


def test_nobody_guesses_the_pin(voucher, path):
    till = Client()
    answers = [till.post(f"{path}/open", {"pin": "111112"}).status_code for _ in range(5)]
    # The right one comes too late as well.
    last = till.post(f"{path}/open", {"pin": PIN})
    assert ([*answers, last.status_code], "too many tries" in words(last)) == (
        [403] * 5 + [429],
        True,
    )
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert elsewhere.post(f"{path}/open", {"pin": PIN}).status_code == 302


def test_only_wrong_pins_are_counted(voucher, path):
    for _phone in range(6):
        assert Client().post(f"{path}/open", {"pin": PIN}).status_code == 302
    till = Client()
    for _slip in range(4):
        till.post(f"{path}/open", {"pin": "111112"})
    assert till.post(f"{path}/open", {"pin": PIN}).status_code == 302


def test_networks_that_nobody_knows_are_not_one_network(dinner):
    set_pin(dinner, pin=PIN)
    assert not any(try_pin(dinner, "111112", network="") for _ in range(6))
    assert try_pin(dinner, PIN, network="")
    assert not any(try_pin(dinner, "111112", network="") for _ in range(54))
    for network in ("", "198.51.100.0/24"):
        with pytest.raises(Conflict):
            try_pin(dinner, PIN, network=network)


@pytest.mark.parametrize("pin", ["12345", "1234567", "abcdef", "123456", "987654", "777777"])
def test_a_pin_that_is_easy_to_guess_is_refused(dinner, pin):
    with pytest.raises(Invalid):
        set_pin(dinner, pin=pin)
    dinner.refresh_from_db()
    assert dinner.pin_hash == ""


def test_a_voucher_is_looked_at_redeemed_once_and_stands_in_todays_list(till, path, voucher, cast):
    page = till.get(path, {"code": "dine-1"})
    assert not Redemption.objects.exists()
    said = {"code": "DINE-1", "key": key_in(page), "paid": "42.50"}
    first = till.post(f"{path}/redeem", said)
    again = till.post(f"{path}/redeem", said)
    assert first["Location"] == again["Location"]
    done = Redemption.objects.get()
    assert (done.paid_minor, done.via, done.by_kind) == (4_250, "till", "partner")
    shown = till.get(first["Location"])
    text = words(shown)
    assert "Redeemed £15.00 off Code ending in NE-1 · £42.50" in text
    for secret in (cast.rae.email, cast.rae.first_name, ids.encode("cus", cast.rae.uid)):
        assert secret not in shown.content.decode()
    used = words(till.get(path, {"code": "DINE-1"}))
    assert "used already" in used
    assert 'name="key"' not in used


def test_a_slip_is_undone_within_ten_minutes(till, path, voucher, dinner):
    page = till.get(path, {"code": "DINE-1"})
    done = till.post(f"{path}/redeem", {"code": "DINE-1", "key": key_in(page)})
    public_id = ids.encode(REDEMPTION, Redemption.objects.get().uid)
    assert public_id in done["Location"]
    with clock.as_of(now() + timedelta(minutes=11)):
        late = till.post(f"{path}/undo", {"redemption": public_id})
    assert late.status_code == 409
    assert Redemption.objects.get().taken_back_at is None
    undone = till.post(f"{path}/undo", {"redemption": public_id}, follow=True)
    assert "can be used again" in words(undone)
    assert Redemption.objects.get().taken_back_reason == "Undone at the till"
    assert Voucher.objects.get(code="DINE-1").state == "assigned"


def test_what_cannot_be_redeemed_says_why_and_keeps_what_was_typed(till, path, voucher):
    assert "no such code" in words(till.get(path, {"code": "DINE-9"}))
    assert "not given to anybody" in words(till.get(path, {"code": "DINE-2"}))
    bad = till.post(f"{path}/redeem", {"code": "DINE-1", "key": "k1", "paid": "much"})
    assert (bad.status_code, key_in(bad)) == (422, "k1")
    assert 'value="much"' in bad.content.decode()
    gone = till.post(f"{path}/redeem", {"code": "DINE-2", "key": "k2"})
    assert gone.status_code == 409
    assert not Redemption.objects.exists()


def test_what_a_scanner_adds_unseen_is_no_part_of_the_code(till, path, voucher):
    assert "£15" in words(till.get(path, {"code": "\0dine-1\u200b"}))
    assert "no such code" in words(till.get(path, {"code": "DINE\0-9"}))
    answer = till.post(f"{path}/redeem", {"code": "DINE-1\0", "key": "k1"})
    assert answer.status_code == 302
    assert Redemption.objects.get().voucher == voucher


def test_without_the_pin_nothing_is_redeemed_or_undone(voucher, path, dinner):
    stranger = Client()
    for act in ("redeem", "undo"):
        answer = stranger.post(f"{path}/{act}", {"code": "DINE-1", "key": "k1"})
        assert "Type the PIN" in words(answer)
    forger = Client(enforce_csrf_checks=True)
    assert forger.post(f"{path}/open", {"pin": PIN}).status_code == 403
    assert not Redemption.objects.exists()


def test_one_till_knows_nothing_of_another(till, wines, path, voucher):
    set_pin(wines, pin=PIN)
    other = f"/till/{ids.encode(PARTNERSHIP, wines.uid)}"
    wine = given(pool_of(wines, "WINE-1"))
    assert "no such code" in words(till.get(path, {"code": wine.code}))
    assert "Type the PIN" in words(till.get(other))
    taken = Redemption.objects.create(voucher=wine, key="w", via="till", by_kind="partner")
    taken.refresh_from_db()
    public_id = ids.encode(REDEMPTION, taken.uid)
    assert till.post(f"{path}/undo", {"redemption": public_id}).status_code == 404
    assert "WINE" not in words(till.get(path, {"done": public_id}))
    taken.refresh_from_db()
    assert taken.taken_back_at is None
    Partnership.objects.filter(pk=wines.pk).update(state="banned")
    assert Client().get(other).status_code == 404
    assert Client().get("/till/prt_nobody").status_code == 404


def test_a_sister_brand_has_a_till_while_both_brands_grant_it(dinner, cast, path):
    # The trattoria is another brand of the agency.
    PartnershipDoor.objects.all().delete()
    pact = SisterPact.objects.create(
        host=cast.floral, guest=cast.grocer, partnership_uid=dinner.uid, host_granted_at=now()
    )
    assert Client().get(path).status_code == 404
    SisterPact.objects.filter(pk=pact.pk).update(guest_granted_at=now())
    assert Client().get(path).status_code == 200


def test_guests_are_asked_about_only_where_the_deal_pays_for_new_ones(till, path, dinner, cast):
    deal = offering.content(dinner.category).deal
    new = offering.other(deal, new_customer=500)
    offer = offering.live(dinner, deal=new)
    mine = given(pool_of(dinner, "NEW-1", offer=offer), cast.rae)
    page = till.get(path, {"code": mine.code})
    assert "for the first time" in words(page)
    assert "A fifth off dinner for two" in words(page)
    till.post(f"{path}/redeem", {"code": mine.code, "key": key_in(page), "new": "yes"})
    assert Redemption.objects.get().is_new_customer is True
    assert "for the first time" not in words(till.get(path, {"code": "DINE-1"}))
