"""Campaigns through the API: draft, launch once, follow."""

import pytest

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from config.kit import ids
from customers.models.segments import Segment
from tests import factories
from tests.api import Api, new_key
from tests.conftest import Cast

WORDS = {"kind": "text", "html": "<p>Hello, and thank you.</p>"}


@pytest.fixture
def api(cast: Cast) -> Api:
    return Api(new_key(cast.floral, cast.ana))


@pytest.fixture
def segment(cast: Cast) -> str:
    with brand_scope(cast.floral):
        row = Segment.objects.create(name="All", rule={"all": []})
        row.refresh_from_db()
        factories.consent(cast.rae)
    return ids.encode("seg", row.uid)


def test_a_campaign_is_drafted_launched_once_and_read(cast: Cast, api: Api, segment: str) -> None:
    draft = {
        "name": "May",
        "segment": segment,
        "subject": "Thank you",
        "blocks": [WORDS, {"kind": "footer"}],
    }
    created = api.post("/campaigns", draft)
    assert created.status_code == 201, created.content
    body = created.json()
    assert (body["state"], body["segment"], body["figures"]["sent"]) == ("draft", segment, 0)
    path = f"/campaigns/{body['id']}"
    launched = api.post(f"{path}/launch", idempotency="launch-1")
    assert launched.status_code == 202, launched.content
    assert launched.json()["state"] == "launching"
    again = api.post(f"{path}/launch", idempotency="launch-1")
    assert (again.status_code, again["Idempotent-Replayed"]) == (202, "true")
    other = api.post(f"{path}/launch", idempotency="launch-2")
    assert other.status_code == 409
    assert api.get(path).json()["state"] == "launching"
    assert [row["id"] for row in api.get("/campaigns").json()["data"]] == [body["id"]]
    with brand_scope(cast.floral):
        assert DomainEvent.objects.filter(type="campaign.launched").count() == 1


def test_a_program_can_schedule_a_campaign(cast: Cast, api: Api, segment: str) -> None:
    blocks = [WORDS, {"kind": "footer"}]
    draft = {"name": "May", "segment": segment, "subject": "Thank you", "blocks": blocks}
    path = f"/campaigns/{api.post('/campaigns', draft).json()['id']}"
    past = {"send_at": "2020-01-01T09:00"}
    refused = api.post(f"{path}/launch", past, idempotency="launch-1")
    assert (refused.status_code, "has passed" in refused.json()["detail"]) == (422, True)
    assert api.get(path).json()["state"] == "draft"
    when = {"send_at": "2091-12-01T09:00", "clock": "recipient"}
    body = api.post(f"{path}/launch", when, idempotency="launch-2").json()
    assert (body["state"], body["send_at"]) == ("scheduled", "2091-12-01T09:00")
    assert (body["clock"], body["due_at"]) == ("recipient", "2091-11-30T19:00:00Z")


def test_a_campaign_that_is_not_ready_is_not_launched(cast: Cast, api: Api) -> None:
    draft = api.post("/campaigns", {"name": "May"}).json()
    response = api.post(f"/campaigns/{draft['id']}/launch", idempotency="launch-1")
    assert (response.status_code, response.json()["code"]) == (422, "not_ready")
    with brand_scope(cast.floral):
        assert Campaign.objects.get().state == Campaign.State.DRAFT


def test_another_brands_segment_and_campaign_do_not_exist(
    cast: Cast, api: Api, segment: str
) -> None:
    draft = api.post("/campaigns", {"name": "May"}).json()
    stranger = Api(new_key(cast.other_brand, cast.cleo))
    assert stranger.post("/campaigns", {"name": "May", "segment": segment}).status_code == 404
    assert stranger.get(f"/campaigns/{draft['id']}").status_code == 404
    launch = stranger.post(f"/campaigns/{draft['id']}/launch", idempotency="launch-1")
    assert launch.status_code == 404
    with brand_scope(cast.other_brand):
        assert Campaign.objects.count() == 0


@pytest.mark.parametrize("blocks", [[1], [{"kind": "moon"}], {}, [{"kind": "text", "html": 1}]])
def test_blocks_that_do_not_fit_are_refused(cast: Cast, api: Api, blocks: object) -> None:
    assert api.post("/campaigns", {"name": "May", "blocks": blocks}).status_code == 422
    with brand_scope(cast.floral):
        assert Campaign.objects.count() == 0


def test_a_program_writes_in_two_languages(cast: Cast, api: Api) -> None:
    blocks = [{"kind": "heading", "id": "h", "text": "Hello"}, {"kind": "footer"}]
    german = {"subject": "Hallo", "texts": {"h": {"text": "Guten Tag", "level": "3"}, "x": {}}}
    body = {"name": "May", "subject": "Hi", "blocks": blocks, "intent": "thank"}
    drafted = api.post("/campaigns", {**body, "translations": {"de": german}})
    assert drafted.status_code == 201
    assert drafted.json()["intent"] == "thank"
    assert drafted.json()["translations"] == {
        "de": {"subject": "Hallo", "preheader": "", "texts": {"h": {"text": "Guten Tag"}}}
    }
    for wrong in ({"xx": german}, {"de": {"subject": 1}}, {"de": {"title": "Hallo"}}):
        assert api.post("/campaigns", {**body, "translations": wrong}).status_code in {400, 422}
    with brand_scope(cast.floral):
        assert Campaign.objects.count() == 1
