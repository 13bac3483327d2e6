"""Merging through the API: one person afterwards, whichever id is asked for."""

from typing import Any

import pytest

from accounts.scope import brand_scope
from customers.models.customers import Customer
from customers.models.merges import Merge
from tests.api import Api, new_key
from tests.conftest import Cast


@pytest.fixture
def pair(api: Api) -> tuple[str, str]:
    jo = api.post("/customers", {"email": "jo@example.com", "city": "Leeds"}).json()["id"]
    also = {"email": "jo@work.example", "external_id": "7", "city": "York", "phone": "call mum"}
    return jo, api.post("/customers", also).json()["id"]


ORDER: dict[str, Any] = {
    "source_id": "1",
    "placed_at": "2026-01-05T12:00:00Z",
    "currency": "GBP",
    "total": 1000,
}


def test_a_merged_id_answers_with_the_customer_it_became(
    cast: Cast, api: Api, pair: tuple[str, str]
) -> None:
    kept, gone = pair
    api.post("/orders", {**ORDER, "customer": {"id": gone}})
    made = api.post(f"/customers/{kept}/merge", {"gone": gone, "take": ["city"]})
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["kept"], body["gone"], body["undone_at"]) == (kept, gone, None)
    customer = body["customer"]
    assert (customer["id"], customer["city"], customer["phone"]) == (kept, "York", "call mum")
    assert (customer["external_ids"], customer["orders_count"]) == (["7"], 1)
    assert api.get(f"/customers/{gone}").json() == api.get(f"/customers/{kept}").json()
    again = api.post("/orders", {**ORDER, "source_id": "2", "customer": {"id": gone}})
    assert again.json()["customer"] == kept


def test_an_undone_merge_leaves_two(cast: Cast, api: Api, pair: tuple[str, str]) -> None:
    kept, gone = pair
    before = [api.get(f"/customers/{id_}").json() for id_ in pair]
    merge = api.post(f"/customers/{kept}/merge", {"gone": gone}).json()["id"]
    undone = api.delete(f"/merges/{merge}")
    assert (undone.status_code, undone.json()["undone_at"] is None) == (200, False)
    assert [api.get(f"/customers/{id_}").json() for id_ in pair] == before
    assert api.delete(f"/merges/{merge}").json()["code"] == "already_undone"


def test_a_merge_with_a_stranger_or_oneself_is_refused(
    cast: Cast, api: Api, pair: tuple[str, str]
) -> None:
    kept, gone = pair
    stranger = Api(new_key(cast.other_brand, cast.cleo))
    theirs = stranger.post("/customers", {"email": "x@example.com"}).json()["id"]
    assert api.post(f"/customers/{kept}/merge", {"gone": theirs}).status_code == 404
    assert stranger.post(f"/customers/{theirs}/merge", {"gone": gone}).status_code == 404
    assert api.post(f"/customers/{kept}/merge", {"gone": kept}).json()["code"] == "same_customer"
    assert api.post(f"/customers/{kept}/merge", {}).status_code == 422
    with brand_scope(cast.floral):
        assert not Merge.objects.exists()
        assert not Customer.objects.filter(merged_into__isnull=False).exists()
