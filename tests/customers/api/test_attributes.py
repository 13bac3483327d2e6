"""The brand's own attributes through the API: typed in, typed out."""

from typing import Any

import pytest

from accounts.scope import brand_scope
from customers.models.attributes import AttributeDefinition
from customers.models.customers import Customer
from customers.services import attribute_kinds
from tests.api import Api
from tests.conftest import Cast


def test_attributes_are_declared_listed_changed_and_deleted(cast: Cast, api: Api) -> None:
    made = api.post("/attributes", {"name": "size", "kind": "choice", "choices": ["S", "L"]})
    assert made.status_code == 201
    shown = {key: value for key, value in made.json().items() if key != "created_at"}
    assert shown == {
        "name": "size",
        "label": "size",
        "kind": "choice",
        "choices": ["S", "L"],
        "is_promoted": False,
        "progress": None,
    }
    changed = api.patch("/attributes/size", {"label": "Size", "is_promoted": True})
    assert (changed.status_code, changed.json()["label"]) == (200, "Size")
    assert [row["is_promoted"] for row in api.get("/attributes").json()["data"]] == [True]
    assert api.delete("/attributes/size").status_code == 204
    assert api.get("/attributes").json()["data"] == []


def test_values_are_said_and_shown_with_their_type(cast: Cast, api: Api) -> None:
    for name, kind in (("born", "date"), ("children", "number"), ("vip", "boolean")):
        api.post("/attributes", {"name": name, "kind": kind})
    api.post("/attributes", {"name": "limit", "kind": "money"})
    said = {"born": "1990-05-01", "children": 2, "vip": True, "limit": 1250, "pet": "cat"}
    made = api.post("/customers", {"email": "jo@example.com", "attributes": said})
    assert (made.status_code, made.json()["attributes"]) == (201, said)
    more = {"children": "3", "vip": None, "limit": "12.75"}
    changed = api.post("/customers", {"email": "jo@example.com", "attributes": more})
    assert changed.json()["attributes"] == {
        "born": "1990-05-01",
        "children": 3,
        "limit": 1275,
        "pet": "cat",
    }


def test_a_value_of_another_kind_is_refused_at_its_place(cast: Cast, api: Api) -> None:
    api.post("/attributes", {"name": "born", "kind": "date"})
    said = {"born": "soon", "new": "fine"}
    refused = api.post("/customers", {"email": "jo@example.com", "attributes": said})
    assert refused.status_code == 422
    assert refused.json()["errors"] == [
        {
            "pointer": "#/attributes/born",
            "detail": "Write a date such as 2026-11-22 or 22/11/2026.",
        }
    ]
    with brand_scope(cast.floral):
        assert Customer.objects.count() == 1
        assert AttributeDefinition.objects.count() == 1


def test_a_kind_that_values_cannot_follow_is_a_conflict(cast: Cast, api: Api) -> None:
    api.post("/customers", {"email": "jo@example.com", "attributes": {"size": "big"}})
    refused = api.patch("/attributes/size", {"kind": "number"})
    assert (refused.status_code, refused.json()["code"]) == (409, "values_do_not_fit")
    assert api.get("/attributes").json()["data"][0]["kind"] == "text"
    assert api.patch("/attributes/nothing", {"kind": "number"}).status_code == 404


def test_what_many_customers_have_is_changed_in_the_background(
    api: Api, monkeypatch: pytest.MonkeyPatch, run_due_work: Any
) -> None:
    monkeypatch.setattr(attribute_kinds, "MANY", 0)
    api.post("/customers", {"email": "rae@example.com", "attributes": {"size": "7"}})
    answer = api.patch("/attributes/size", {"kind": "number"})
    assert (answer.status_code, answer.json()["kind"]) == (202, "number")
    assert answer.json()["progress"] == {"done": 0, "total": 1}
    assert api.delete("/attributes/size").status_code == 409
    run_due_work()
    assert api.get("/attributes").json()["data"][0]["progress"] is None
    gone = api.delete("/attributes/size")
    assert (gone.status_code, gone.json()["progress"]) == (202, {"done": 0, "total": 1})
    run_due_work()
    assert api.get("/attributes").json()["data"] == []
