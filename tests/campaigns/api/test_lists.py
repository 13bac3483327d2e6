"""A list for a printer, through the API: drafted, approved, taken as CSV, handed over."""

import csv
import io

import pytest

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery
from config.kit import ids
from customers.models.customers import Customer
from customers.services.attributes import define_attribute
from customers.services.segments import create_segment
from tests.api import Api, new_key
from tests.conftest import Cast


@pytest.fixture
def api(cast: Cast) -> Api:
    return Api(new_key(cast.floral, cast.ana))


@pytest.fixture
def segment(cast: Cast) -> str:
    """Everybody: two with an address for letters, and Rae, who has none."""
    with brand_scope(cast.floral):
        define_attribute(name="street")
        define_attribute(name="postcode")
        for name in ("Ada", "=Bob"):
            Customer.objects.create(
                first_name=name,
                email=f"{name.strip('=').lower()}@example.com",
                email_norm=f"{name.strip('=').lower()}@example.com",
                attributes={"street": "1 High Street", "postcode": "N1 1AA"},
            )
        made = create_segment(name="All", rule={"all": []})
        made.refresh_from_db(fields=["uid"])
        return ids.encode("seg", made.uid)


def test_the_whole_way_of_a_list(cast: Cast, api: Api, segment: str, run_due_work: object) -> None:
    drafted = api.post(
        "/handover-lists", {"name": "Catalogue", "channel": "post", "segment": segment}
    )
    assert drafted.status_code == 201, drafted.content
    made = drafted.json()
    path = f"/handover-lists/{made['id']}"
    assert (made["state"], made["people"], made["segment"]) == ("draft", 0, segment)
    refused = api.get(f"{path}/file")
    assert (refused.status_code, refused.headers["Content-Type"]) == (
        409,
        "application/problem+json",
    )
    assert api.post(f"{path}/hand-over", {}).status_code == 409
    assert api.post(f"{path}/approve", {}).status_code == 202
    assert api.post(f"{path}/approve", {}).status_code == 409
    run_due_work()  # type: ignore[operator]
    ready = api.get(path).json()
    assert (ready["people"], ready["left_out"], ready["parts_done"]) == (2, {"no_address": 1}, 1)
    assert ready["ready_at"] is not None
    rows = list(csv.DictReader(io.StringIO(api.get(f"{path}/file").content.decode("utf-8-sig"))))
    assert sorted(row["First name"] for row in rows) == ["'=Bob", "Ada"]
    assert {row["Street"] for row in rows} == {"1 High Street"}
    with brand_scope(cast.floral):
        assert not Delivery.objects.filter(outcome="sent").exists()
    done = api.post(f"{path}/hand-over", {})
    assert (done.status_code, done.json()["state"]) == (200, "done")
    assert done.json()["handed_over_on"] == cast.floral.today.isoformat()
    with brand_scope(cast.floral):
        assert Delivery.objects.filter(outcome="sent").count() == 2


def test_what_cannot_be_a_list_is_refused_and_leaves_nothing(
    cast: Cast, api: Api, segment: str
) -> None:
    good = {"name": "Catalogue", "channel": "post", "segment": segment}
    for wrong in ({"channel": "email"}, {"name": ""}, {"link": "javascript:x"}, {"speed": 1}):
        assert api.post("/handover-lists", {**good, **wrong}).status_code == 422
    elsewhere = Api(new_key(cast.grocer, cast.ana))
    assert elsewhere.post("/handover-lists", good).status_code == 404
    with brand_scope(cast.floral):
        assert not Campaign.objects.exists()
        mailed = Campaign.objects.create(name="May")
        mailed.refresh_from_db(fields=["uid"])
    # A campaign that is mailed is no list.
    assert api.get(f"/handover-lists/{ids.encode('cmp', mailed.uid)}").status_code == 404


def test_addresses_need_a_key_that_may_read_customers(cast: Cast, api: Api, segment: str) -> None:
    good = {"name": "Catalogue", "channel": "post", "segment": segment}
    path = f"/handover-lists/{api.post('/handover-lists', good).json()['id']}"
    narrow = Api(new_key(cast.floral, cast.ana, "campaigns:read", "campaigns:write"))
    assert narrow.get(path).status_code == 200
    assert narrow.get(f"{path}/file").status_code == 403
