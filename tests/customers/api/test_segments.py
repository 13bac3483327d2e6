"""Segments through the API: kept, changed, deleted; who is in them, and why."""

from typing import Any

import pytest

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from config.kit import ids
from customers.models.segments import Segment
from tests import factories
from tests.api import Api, new_key
from tests.conftest import Cast

FRENCH = {"kind": "attribute", "field": "country", "op": "is", "values": ["France"]}
RULE = {"all": [FRENCH]}


@pytest.fixture
def people(cast: Cast) -> list[str]:
    """The public ids of five people of France, the newest first."""
    with brand_scope(cast.floral):
        rows = [factories.customer(email=f"p{n}@example.com", country="France") for n in range(5)]
        for row in rows:
            row.refresh_from_db()
        return [ids.encode("cus", row.uid) for row in reversed(rows)]


def kept(cast: Cast) -> list[tuple[str, Any]]:
    with brand_scope(cast.floral):
        return list(Segment.objects.order_by("name").values_list("name", "rule"))


def test_a_segment_is_created_changed_and_deleted(cast: Cast, api: Api) -> None:
    made = api.post("/segments", {"name": "French", "rule": RULE})
    assert made.status_code == 201
    path = f"/segments/{made.json()['id']}"
    assert (made.json()["kind"], made.json()["rule"]) == ("rule", RULE)
    renamed = api.patch(path, {"name": "The French"})
    assert (renamed.status_code, renamed.json()["name"]) == (200, "The French")
    assert kept(cast) == [("The French", RULE)]
    assert api.patch(path, {"rule": {"none": [FRENCH]}}).status_code == 200
    assert kept(cast) == [("The French", {"none": [FRENCH]})]
    assert api.delete(path).status_code == 204
    assert kept(cast) == []
    assert api.get(path).status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "French", "rule": {"all": [{"kind": "moon"}]}}, "#/rule/all/0/kind"),
        ({"name": "", "rule": RULE}, "#/name"),
        ({"rule": RULE}, "#/name"),
        ({"name": "French", "rule": RULE, "colour": "red"}, "#/colour"),
        ({"name": "Taken", "rule": RULE}, "#/name"),
    ],
)
def test_what_cannot_be_a_segment_is_refused_with_its_place(
    cast: Cast, api: Api, body: Any, pointer: str
) -> None:
    api.post("/segments", {"name": "Taken", "rule": RULE})
    refused = api.post("/segments", body)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert kept(cast) == [("Taken", RULE)]


def test_a_segment_in_use_stays(cast: Cast, api: Api) -> None:
    made = api.post("/segments", {"name": "French", "rule": RULE}).json()
    with brand_scope(cast.floral):
        Campaign.objects.create(name="May", segment=Segment.objects.get())
    assert api.delete(f"/segments/{made['id']}").status_code == 409
    assert len(kept(cast)) == 1


def test_members_come_a_page_at_a_time(cast: Cast, api: Api, people: list[str]) -> None:
    path = f"/segments/{api.post('/segments', {'name': 'F', 'rule': RULE}).json()['id']}/members"
    first = api.get(path, limit=2).json()
    assert [row["id"] for row in first["data"]] == people[:2]
    assert (first["has_more"], first["next_cursor"]) == (True, people[1])
    last = api.get(path, limit=3, starting_after=people[1]).json()
    assert [row["id"] for row in last["data"]] == people[2:]
    assert (last["has_more"], last["next_cursor"]) == (False, None)
    assert api.get(path, starting_after="cus_x").status_code == 404
    assert api.get(path, limit=0).status_code == 422


def test_the_api_says_why(cast: Cast, api: Api, people: list[str]) -> None:
    path = f"/segments/{api.post('/segments', {'name': 'F', 'rule': RULE}).json()['id']}/why"
    said = api.get(path, customer=people[0]).json()
    assert said["is_member"] is True
    assert [(rule["pointer"], rule["is_true"]) for rule in said["rules"]] == [("/all/0", True)]
    assert said["rules"][0]["sentence"] == "live in France"
    assert api.get(path, customer=ids.encode("cus", cast.rae.uid)).json()["is_member"] is False
    assert api.get(path).status_code == 404


def test_another_brands_segment_is_missing(cast: Cast, people: list[str]) -> None:
    theirs = Api(new_key(cast.grocer, cast.ana)).post("/segments", {"name": "X", "rule": RULE})
    path = f"/segments/{theirs.json()['id']}"
    api = Api(new_key(cast.floral, cast.ana))
    assert api.get(path).status_code == 404
    assert api.patch(path, {"name": "Mine"}).status_code == 404
    assert api.delete(path).status_code == 404
    assert api.get(f"{path}/members").status_code == 404
    assert api.get(f"{path}/why", customer=people[0]).status_code == 404
    with brand_scope(cast.grocer):
        assert Segment.objects.get().name == "X"


def test_a_rule_is_said_as_text(cast: Cast, api: Api, people: list[str]) -> None:
    made = api.post("/segments", {"name": "F", "text": 'all(profile.country is "France")'})
    assert (made.status_code, made.json()["rule"]) == (201, RULE)
    assert api.post("/segments/count", {"text": "all(orders.count >= 1)"}).json()["count"] == 0
    broken = api.post("/segments/count", {"text": "all(\n moon\n)"})
    assert broken.status_code == 422
    assert broken.json()["errors"][0]["pointer"] == "#/text"
    assert "Line 2, column 2" in broken.json()["detail"]
    for body in ({"name": "G"}, {"name": "G", "rule": RULE, "text": "all()"}):
        assert api.post("/segments", body).status_code == 422
    assert [name for name, _ in kept(cast)] == ["F"]


def test_a_list_is_made_filled_and_emptied(cast: Cast, api: Api, people: list[str]) -> None:
    made = api.post("/segments/lists", {"name": "Guests", "people": [people[0], "moon@x.y"]})
    assert made.status_code == 201
    assert (made.json()["moved"], made.json()["unknown"]) == (1, ["moon@x.y"])
    assert made.json()["segment"]["kind"] == "list"
    path = f"/segments/{made.json()['segment']['id']}/members"
    assert api.post(path, {"people": [people[1], "p0@example.com"]}).json()["moved"] == 2
    assert [row["id"] for row in api.get(path).json()["data"]] == [people[0], people[1], people[4]]
    assert api.post(f"{path}/remove", {"people": [people[0]]}).json()["moved"] == 1
    assert len(api.get(path).json()["data"]) == 2


def test_a_segment_with_a_rule_takes_nobody_by_hand(
    cast: Cast, api: Api, people: list[str]
) -> None:
    made = api.post("/segments", {"name": "F", "rule": RULE}).json()
    path = f"/segments/{made['id']}/members"
    assert api.post(path, {"people": [people[0]]}).status_code == 409
    assert api.post(f"{path}/remove", {"people": [people[0]]}).status_code == 409
    assert api.post(path, {"people": ["x"] * 1001}).status_code == 422
    assert len(api.get(path).json()["data"]) == 5
