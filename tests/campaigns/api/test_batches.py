"""Batches of codes through the API: made, filled, counted, exported, chosen for a campaign."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.scope import brand_scope
from campaigns.models.coupons import CampaignCoupons, Coupon, CouponBatch
from campaigns.services.shops import add_shop
from config.kit.clock import now
from tests.api import Api, new_key

TEN = {"name": "Ten off", "kind": "percent", "value": 10, "minimum": 2500, "products": ["rose"]}


@pytest.fixture
def api(cast):
    return Api(new_key(cast.floral, cast.ana))


def counts(body):
    return {name: body[name] for name in ("codes", "drawn", "redeemed", "free")}


def test_a_batch_takes_codes_of_the_shop_and_codes_of_ours(cast, api):
    given = {"codes": ["A-1", "A-2", "a-1", "no code"], "make": {"count": 3, "prefix": "SPRING-"}}
    made = api.post("/coupon-batches", {**TEN, **given})
    assert made.status_code == 201, made.content
    body = made.json()
    assert counts(body) == {"codes": 5, "drawn": 0, "redeemed": 0, "free": 5}
    assert {name: body[name] for name in TEN} == TEN
    assert api.get(f"/coupon-batches/{body['id']}").json() == body
    assert api.get("/coupon-batches").json()["data"] == [body]
    more = api.post(f"/coupon-batches/{body['id']}/codes", {"codes": ["A-2", "A-3", "b c"]})
    assert more.json() == {"added": 1, "known": 1, "refused": 1}
    with brand_scope(cast.floral):
        codes = set(Coupon.objects.values_list("code", flat=True))
    made_here = {code for code in codes if code.startswith("SPRING-")}
    assert len(made_here) == 3
    assert {len(code) for code in made_here} == {17}
    assert codes - made_here == {"a-1", "A-2", "A-3"}


def test_the_export_walks_all_codes_and_says_who_was_given_which(cast, api):
    made = api.post("/coupon-batches", {**TEN, "codes": ["A-1", "A-2", "A-3"]}).json()
    with brand_scope(cast.floral):
        Coupon.objects.filter(code="A-2").update(customer=cast.rae, drawn_at=now())
    path = f"/coupon-batches/{made['id']}/codes"
    first = api.get(path, limit=2).json()
    assert [(row["code"], bool(row["customer"])) for row in first["data"]] == [
        ("A-1", False),
        ("A-2", True),
    ]
    assert (first["has_more"], first["next_cursor"]) == (True, "A-2")
    last = api.get(path, limit=2, starting_after="A-2").json()
    assert [row["code"] for row in last["data"]] == ["A-3"]
    assert (last["has_more"], last["next_cursor"]) == (False, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": 101},
        {"value": 0},
        {"kind": "gift"},
        {"name": ""},
        {"make": {"count": 0}},
        {"make": {"count": 1, "prefix": "a b"}},
        {"codes": "A-1"},
    ],
)
def test_a_batch_that_does_not_fit_is_refused_whole(cast, api, wrong):
    answer = api.post("/coupon-batches", {**TEN, "codes": ["A-1"], **wrong})
    assert answer.status_code == 422, answer.content
    with brand_scope(cast.floral):
        assert (CouponBatch.objects.count(), Coupon.objects.count()) == (0, 0)


def test_a_shop_is_asked_for_codes_which_are_not_free_yet(cast, api):
    with brand_scope(cast.floral):
        add_shop(address="floral", token="shpat_secret")
    (shop,) = api.get("/shops").json()["data"]
    assert shop["address"] == "https://floral.myshopify.com"
    make = {"make": {"count": 5, "shop": shop["id"]}}
    theirs = Api(new_key(cast.other_brand, cast.cleo))
    assert theirs.post("/coupon-batches", {**TEN, **make}).status_code == 404
    with brand_scope(cast.other_brand):
        assert not CouponBatch.objects.exists()
    made = api.post("/coupon-batches", {**TEN, **make})
    assert made.status_code == 201, made.content
    body = made.json()
    assert counts(body) == {"codes": 5, "drawn": 0, "redeemed": 0, "free": 0}
    assert body["shop"] == {
        "id": shop["id"],
        "state": "requested",
        "message": "",
        "confirmed": 0,
        "waiting": 5,
        "refused": 0,
    }
    again = api.post(f"/coupon-batches/{body['id']}/retry")
    assert (again.status_code, "has not failed" in again.json()["detail"]) == (409, True)
    more = api.post(f"/coupon-batches/{body['id']}/codes", make)
    assert (more.status_code, more.json()["code"]) == (409, "conflict")


def test_a_page_of_batches_asks_as_often_as_one_of_them(api):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert api.get("/coupon-batches").status_code == 200
        return len(queries)

    api.post("/coupon-batches", TEN)
    before = asked()
    for _ in range(2):
        api.post("/coupon-batches", TEN)
    assert asked() == before


def test_a_draft_is_given_a_batch_and_a_strangers_batch_is_none(cast, api):
    batch = api.post("/coupon-batches", TEN).json()["id"]
    theirs = Api(new_key(cast.other_brand, cast.cleo)).post("/coupon-batches", TEN).json()["id"]
    path = f"/campaigns/{api.post('/campaigns', {'name': 'May'}).json()['id']}/coupon-batch"
    assert api.put(path, {"batch": theirs}).status_code == 404
    with brand_scope(cast.floral):
        assert not CampaignCoupons.objects.exists()
    assert api.put(path, {"batch": batch}).json() == {"batch": batch}
    with brand_scope(cast.floral):
        assert CampaignCoupons.objects.get().batch.name == "Ten off"
    assert api.put(path, {"batch": None}).json() == {"batch": None}
    with brand_scope(cast.floral):
        assert not CampaignCoupons.objects.exists()
