"""Customers, orders and segments through the API: what is said is what is kept."""

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.scope import brand_scope
from config.kit import ids
from customers.models.consents import Consent
from customers.models.customers import Customer
from customers.models.orders import Order
from customers.models.segments import Segment
from customers.services.facts import refresh_facts
from tests import factories
from tests.api import Api, new_key
from tests.conftest import Cast


@pytest.fixture
def api(cast: Cast) -> Api:
    with brand_scope(cast.floral):
        refresh_facts(customer_ids=None)
    return Api(new_key(cast.floral, cast.ana))


JO = {
    "email": "Jo@Example.com",
    "external_id": "shop-7",
    "first_name": "Jo",
    "city": "Leeds",
    "attributes": {"tier": "gold"},
    "consent": {
        "status": "granted",
        "wording": "Send me news",
        "wording_version": "2",
        "at": "2026-05-01T10:00:00+02:00",
    },
}


def test_a_customer_is_added_then_changed_then_read(cast: Cast, api: Api) -> None:
    added = api.post("/customers", JO)
    assert added.status_code == 201
    body = added.json()
    assert body["id"].startswith("cus_")
    shown = {key: body[key] for key in ("email", "external_ids", "city", "attributes", "consent")}
    assert shown == {
        "email": "Jo@Example.com",
        "external_ids": ["shop-7"],
        "city": "Leeds",
        "attributes": {"tier": "gold"},
        "consent": "granted",
    }
    changed = api.put("/customers/external/shop-7", {"city": "", "attributes": {"tier": ""}})
    assert changed.status_code == 200
    assert changed.json()["id"] == body["id"]
    read = api.get(f"/customers/{body['id']}").json()
    assert (read["city"], read["attributes"], read["first_name"]) == ("", {}, "Jo")


def test_a_consent_is_kept_with_its_evidence_and_once(cast: Cast, api: Api) -> None:
    api.post("/customers", JO)
    api.post("/customers", JO)
    with brand_scope(cast.floral):
        act = Consent.objects.get()
    assert (act.wording, act.wording_version, act.source) == ("Send me news", "2", "api")
    assert act.at.isoformat() == "2026-05-01T08:00:00+00:00"
    api.post("/customers", {"email": "jo@example.com", "consent": {"status": "withdrawn"}})
    again = api.post("/customers", {"email": "jo@example.com", "consent": {"status": "withdrawn"}})
    assert again.json()["consent"] == "withdrawn"
    with brand_scope(cast.floral):
        assert Consent.objects.count() == 2


def test_an_unusable_consent_leaves_no_customer_behind(cast: Cast, api: Api) -> None:
    consent = {"status": "granted", "at": "2999-01-01T00:00:00Z"}
    response = api.post("/customers", {"email": "jo@example.com", "consent": consent})
    assert response.status_code == 422
    with brand_scope(cast.floral):
        assert Customer.objects.count() == 1


def test_two_customers_behind_one_request_are_a_conflict(cast: Cast, api: Api) -> None:
    api.put("/customers/external/7", {"first_name": "Ann"})
    api.post("/customers", {"email": "jo@example.com"})
    response = api.put("/customers/external/7", {"email": "jo@example.com"})
    assert (response.status_code, response.json()["code"]) == (409, "two_customers")


def test_the_list_is_walked_newest_first_in_both_directions(cast: Cast, api: Api) -> None:
    for number in range(5):
        api.post("/customers", {"email": f"p{number}@example.com"})
    first = api.get("/customers", limit=4).json()
    assert [row["email"][:2] for row in first["data"]] == ["p4", "p3", "p2", "p1"]
    assert (first["has_more"], first["next_cursor"]) == (True, first["data"][-1]["id"])
    rest = api.get("/customers", limit=4, starting_after=first["next_cursor"]).json()
    assert [row["email"] for row in rest["data"]] == ["p0@example.com", "rae@example.com"]
    assert (rest["has_more"], rest["next_cursor"]) == (False, None)
    back = api.get("/customers", limit=1, ending_before=rest["data"][0]["id"]).json()
    assert [row["email"] for row in back["data"]] == ["p1@example.com"]
    assert back["next_cursor"] == back["data"][0]["id"]
    both = {"starting_after": first["next_cursor"], "ending_before": first["next_cursor"]}
    assert api.get("/customers", **both).status_code == 422


def test_a_list_can_be_narrowed_to_one_address(cast: Cast, api: Api) -> None:
    found = api.get("/customers", email="RAE@example.com").json()["data"]
    assert [row["first_name"] for row in found] == ["Rae"]


def test_merged_and_erased_customers_are_not_shown(cast: Cast, api: Api) -> None:
    jo = api.post("/customers", {"email": "jo@example.com"}).json()["id"]
    with brand_scope(cast.floral):
        Customer.objects.filter(email="jo@example.com").update(merged_into=cast.rae)
    assert len(api.get("/customers").json()["data"]) == 1
    # An id that was given out keeps working, until the person is erased.
    assert api.get(f"/customers/{jo}").json()["first_name"] == "Rae"
    with brand_scope(cast.floral):
        Customer.objects.filter(pk=cast.rae.pk).update(erased_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert api.get(f"/customers/{jo}").status_code == 404


def test_a_list_costs_the_same_queries_for_one_and_for_ten(
    cast: Cast, api: Api, django_assert_num_queries: Any
) -> None:
    api.get("/customers")  # notes the key's use
    for rows in (1, 10):
        with brand_scope(cast.floral):
            while Customer.objects.count() < rows:
                factories.customer(email=f"p{Customer.objects.count()}@example.com")
        with django_assert_num_queries(9):
            assert len(api.get("/customers").json()["data"]) == rows


ORDER = {
    "source_id": "1001",
    "source": "shop",
    "placed_at": "2026-06-30T23:30:00Z",
    "currency": "GBP",
    "customer": {"email": "jo@example.com", "external_id": "shop-7"},
    "lines": [
        {"sku": "rose", "title": "Roses", "quantity": "1.5", "total": 1998},
        {"sku": "card", "total": -250},
    ],
}


def test_an_order_brings_its_customer_and_its_rung(cast: Cast, api: Api) -> None:
    response = api.post("/orders", ORDER)
    assert response.status_code == 201
    body = response.json()
    assert body["id"].startswith("ord_")
    assert (body["total"], body["currency"], body["placed_on"], body["rung"]) == (
        1748,
        "GBP",
        "2026-07-01",
        1,
    )
    jo = api.get(f"/customers/{body['customer']}").json()
    assert (jo["orders_count"], jo["net"], jo["last_order_on"]) == (1, 1748, "2026-07-01")
    assert jo["external_ids"] == ["shop-7"]
    again = api.post("/orders", ORDER)
    assert (again.status_code, again.json()) == (200, body)


def test_an_order_may_name_its_customer_by_id_or_not_at_all(cast: Cast, api: Api) -> None:
    rae = api.get("/customers").json()["data"][0]["id"]
    named = api.post("/orders", {**ORDER, "source_id": "1", "customer": {"id": rae}})
    assert named.json()["customer"] == rae
    nobody = {key: value for key, value in ORDER.items() if key != "customer"}
    response = api.post("/orders", {**nobody, "total": 100})
    assert (response.json()["customer"], response.json()["rung"]) == (None, None)


def test_an_order_of_another_brands_customer_is_refused(cast: Cast, api: Api) -> None:
    stranger = Api(new_key(cast.other_brand, cast.cleo))
    rae = api.get("/customers").json()["data"][0]["id"]
    response = stranger.post("/orders", {**ORDER, "customer": {"id": rae}})
    assert response.status_code == 404
    with brand_scope(cast.other_brand):
        assert Order.objects.count() == 0


def test_an_order_in_another_currency_is_refused(cast: Cast, api: Api) -> None:
    response = api.post("/orders", {**ORDER, "currency": "EUR"})
    assert (response.status_code, response.json()["code"]) == (422, "other_currency")
    with brand_scope(cast.floral):
        assert (Order.objects.count(), Customer.objects.count()) == (0, 1)


RUNG_0 = {"all": [{"kind": "rung", "op": "exactly", "value": 0}]}


def test_segments_are_listed_read_and_counted(cast: Cast, api: Api) -> None:
    with brand_scope(cast.floral):
        segment = Segment.objects.create(name="New", rule=RUNG_0)
        segment.refresh_from_db()
        factories.consent(cast.rae)
    public_id = ids.encode("seg", segment.uid)
    listed = api.get("/segments").json()["data"]
    assert [(row["id"], row["name"], row["rule"]) for row in listed] == [(public_id, "New", RUNG_0)]
    assert api.get(f"/segments/{public_id}").json() == listed[0]
    reach = {
        "count": 1,
        "mailable": 1,
        "no_consent": 0,
        "suppressed": 0,
        "no_address": 0,
        "left_out": {},
    }
    assert api.get(f"/segments/{public_id}/count").json() == reach
    assert api.post("/segments/count", {"rule": RUNG_0}).json() == reach


def test_a_bad_rule_is_refused_with_its_place(cast: Cast, api: Api) -> None:
    rule = {"all": [{"any": [{"kind": "rung", "op": "exactly", "value": "1"}]}]}
    response = api.post("/segments/count", {"rule": rule})
    assert (response.status_code, response.json()["code"]) == (422, "bad_rule")
    assert [place["pointer"] for place in response.json()["errors"]] == ["#/rule/all/0/any/0/value"]


def test_names_that_grow_when_they_lose_their_case_are_kept(api: Api) -> None:
    name = "\u0390" * 80
    response = api.post(
        "/customers", {"email": "jo@example.com", "first_name": name, "last_name": name}
    )
    assert (response.status_code, response.json()["last_name"]) == (201, name)
