"""Vouchers through the API: the brand's programs, and a partner's own system."""

import pytest

from accounts.models.events import DomainEvent
from accounts.permissions import PARTNER_SCOPES
from accounts.services.api_keys import create_api_key
from config.kit import ids
from partners.models.vouchers import Redemption, Voucher
from partners.selectors.names import PARTNERSHIP, REDEMPTION
from partners.services.vouchers import void_vouchers
from tests.api import Api, new_key
from tests.partners.vouchers import given, pool_of


def prt(partnership):
    return ids.encode(PARTNERSHIP, partnership.uid)


def rdm(redemption):
    return ids.encode(REDEMPTION, redemption.uid)


@pytest.fixture
def api(cast, floral):
    return Api(new_key(floral, cast.ana))


@pytest.fixture
def own(cast, floral, dinner):
    """The trattoria's own till system."""
    _, text = create_api_key(
        brand=floral, name="Till", scopes=PARTNER_SCOPES, by=cast.ana, partnership_id=dinner.pk
    )
    return Api(text)


@pytest.fixture
def voucher(dinner, cast):
    return given(pool_of(dinner, "DINE-1", "DINE-2", name="Ten off"), cast.rae)


def test_a_voucher_is_checked_redeemed_once_and_taken_back(api, dinner, voucher, cast):
    asked = {"partnership": prt(dinner), "code": "dine-1"}
    checked = api.post("/vouchers/check", asked).json()
    assert (checked["valid"], checked["worth"], checked["redemption"]) == (True, "£10.00 off", None)

    paid = {**asked, "paid": 4_200, "new_customer": True}
    answer = api.post("/vouchers/redeem", paid, idempotency="t1")
    assert answer.status_code == 200, answer.content
    done = answer.json()
    assert (done["code"], done["paid"], done["via"], done["new_customer"]) == (
        "DINE-1",
        4_200,
        "api",
        True,
    )
    assert api.post("/vouchers/redeem", paid, idempotency="t1").json() == done
    assert rdm(Redemption.objects.get()) == done["id"]
    again = api.post("/vouchers/redeem", paid, idempotency="t2")
    assert (again.status_code, again.json()["code"]) == (409, "voucher_used")
    used = api.post("/vouchers/check", asked).json()
    assert (used["reason"], used["redemption"]) == ("used", done["id"])

    path = f"/redemptions/{done['id']}/take-back"
    back = api.post(path, {"reason": "Wrong table"}, idempotency="b1").json()
    assert back["taken_back_reason"] == "Wrong table"
    assert api.post("/vouchers/check", asked).json()["valid"]
    said = str([checked, done, used, back])
    for secret in (cast.rae.email, cast.rae.first_name, ids.encode("cus", cast.rae.uid)):
        assert secret not in said


def test_what_must_not_happen_twice_needs_a_key(api, dinner, voucher):
    body = {"partnership": prt(dinner), "code": "DINE-1"}
    assert api.post("/vouchers/redeem", body).status_code == 400
    body["paid"] = -1
    assert api.post("/vouchers/redeem", body, idempotency="t1").status_code == 422
    assert not Redemption.objects.exists()


def test_another_partners_code_is_as_unknown_as_none(api, wines, voucher):
    answers = [
        api.post("/vouchers/redeem", {"partnership": prt(wines), "code": code}, idempotency=code)
        for code in ("DINE-1", "NO-SUCH")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    first, second = (answer.json() for answer in answers)
    assert (first["detail"], first["code"]) == (second["detail"], second["code"])
    assert Voucher.objects.get(code="DINE-1").state == "assigned"


def test_each_refusal_says_its_reason(api, dinner, voucher, cast):
    gone = given(voucher.pool, cast.rae)
    void_vouchers([gone.pk], reason="Refunded")
    body = {"partnership": prt(dinner), "code": gone.code}
    answer = api.post("/vouchers/redeem", body, idempotency="t1")
    assert (answer.status_code, answer.json()["code"]) == (409, "voucher_void")
    assert not DomainEvent.objects.filter(type="voucher.redeemed").exists()


def test_a_partners_key_speaks_for_its_partnership_alone(own, dinner, wines, voucher, cast):
    other = given(pool_of(wines, "WINE-1"))
    assert own.post("/partner/vouchers/check", {"code": "DINE-1"}).json()["valid"]
    for code, status in (("WINE-1", 404), ("DINE-1", 200)):
        answer = own.post("/partner/vouchers/redeem", {"code": code}, idempotency=code)
        assert answer.status_code == status
    assert own.post("/vouchers/check", {}).status_code == 403
    done = Redemption.objects.get()
    assert (done.by_kind, done.by_id) == ("partner", cast.ana.pk)
    taken = Redemption.objects.create(voucher=other, key="w", via="till", by_kind="partner")
    taken.refresh_from_db()
    for redemption, status in ((taken, 404), (done, 200)):
        path = f"/partner/redemptions/{rdm(redemption)}/take-back"
        answer = own.post(path, {"reason": "Mistake"}, idempotency=path[-40:])
        assert answer.status_code == status
    taken.refresh_from_db()
    assert taken.taken_back_at is None


def test_pools_are_listed_with_their_stock(api, dinner, wines, voucher, django_assert_num_queries):
    pool_of(wines, "WINE-1")
    [wine, ten] = api.get("/voucher-pools").json()["data"]
    assert (wine["free"], wine["partnership"]) == (1, prt(wines))
    assert (ten["name"], ten["codes"], ten["free"], ten["given"]) == ("Ten off", 2, 1, 1)
    [only] = api.get("/voucher-pools", partnership=prt(dinner)).json()["data"]
    assert only["id"] == ten["id"]
