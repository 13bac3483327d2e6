"""Codes at the till through the API: asked, used up once, and why not."""

import pytest

from accounts.scope import brand_scope
from campaigns.models.coupons import Coupon
from campaigns.services.coupons import add_codes, create_batch
from tests.api import Api, new_key


@pytest.fixture
def api(cast):
    with brand_scope(cast.floral):
        roses = create_batch(name="Roses", kind="percent", value=20, products=["rose"])
        add_codes(roses, ["ROSE-1"])
        add_codes(create_batch(name="Five", kind="amount", value=500), ["FIVE-1"])
    return Api(new_key(cast.floral, cast.ana))


def is_used(cast, code):
    with brand_scope(cast.floral):
        return Coupon.objects.get(code_norm=code).redeemed_at is not None


def test_a_code_is_asked_as_often_as_one_likes_and_used_once(cast, api):
    for _ in range(2):
        answer = api.post("/coupons/five-1/validate", {"total": 2000})
        assert answer.status_code == 200, answer.content
        body = answer.json()
        assert (body["code"], body["valid"], body["discount"]) == ("FIVE-1", True, 500)
    assert not is_used(cast, "FIVE-1")
    used = api.post("/coupons/five-1/redeem", {"total": 2000}, idempotency="till-1")
    assert (used.status_code, used.json()["discount"]) == (200, 500)
    assert is_used(cast, "FIVE-1")
    replay = api.post("/coupons/five-1/redeem", {"total": 2000}, idempotency="till-1")
    assert (replay.status_code, replay.json()) == (200, used.json())
    again = api.post("/coupons/five-1/redeem", {"total": 2000}, idempotency="till-2")
    assert (again.status_code, again.json()["code"]) == (409, "coupon_redeemed")
    asked = api.post("/coupons/FIVE-1/validate", {"total": 2000}).json()
    assert (asked["valid"], asked["reason"]) == (False, "redeemed")


def test_a_code_for_some_products_needs_the_lines(cast, api):
    refused = api.post("/coupons/ROSE-1/redeem", {"total": 5000}, idempotency="till-1")
    assert (refused.status_code, refused.json()["code"]) == (409, "coupon_products")
    assert not is_used(cast, "ROSE-1")
    lines = [
        {"product": "rose", "total": 1000},
        {"product": "vase", "total": 4000},
        {"product": "rose", "total": 500},
    ]
    body = api.post("/coupons/ROSE-1/validate", {"total": 5500, "lines": lines}).json()
    assert (body["valid"], body["discount"], body["products"]) == (True, 300, ["rose"])


def test_an_unknown_code_and_another_brands_are_the_same(cast, api):
    theirs = Api(new_key(cast.other_brand, cast.cleo))
    for program, code in ((api, "NONE-1"), (theirs, "FIVE-1")):
        for act in ("validate", "redeem"):
            answer = program.post(f"/coupons/{code}/{act}", {"total": 1}, idempotency=f"{act}-1")
            assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such code.")
    assert not is_used(cast, "FIVE-1")


def test_a_key_without_the_scope_may_not(cast, api):
    other = Api(new_key(cast.floral, cast.ana, "orders:write"))
    answer = other.post("/coupons/FIVE-1/redeem", {"total": 2000}, idempotency="till-1")
    assert answer.status_code == 403
    assert not is_used(cast, "FIVE-1")


def test_a_body_that_does_not_fit_changes_nothing(cast, api):
    for body in ({}, {"total": "5"}, {"total": -1}, {"total": 5, "other": 1}):
        answer = api.post("/coupons/FIVE-1/redeem", body, idempotency="till-1")
        assert answer.status_code in (400, 422), answer.content
    assert not is_used(cast, "FIVE-1")
