"""Sending domains through the API: added with their records, looked at when asked, deleted."""

import pytest

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from campaigns.models.domains import SendingDomain
from tests.api import Api, new_key


@pytest.fixture
def api(cast):
    return Api(new_key(cast.floral, cast.ana))


def test_a_domain_is_added_with_the_records_to_publish(cast, api):
    asked = {"domain": "Floral.Example.", "algorithm": "ed25519"}
    added = api.post("/sending-domains", asked)
    assert added.status_code == 201, added.content
    body = added.json()
    assert (body["domain"], body["state"], body["checking"]) == ("floral.example", "new", True)
    assert [(row["kind"], row["verdict"]) for row in body["records"]] == [
        ("spf", ""),
        ("dkim", ""),
        ("dmarc", ""),
    ]
    assert body["records"][1]["value"].startswith("v=DKIM1; k=ed25519; p=")
    assert "private" not in added.content.decode()
    assert api.get("/sending-domains").json()["data"] == [body]
    assert api.get("/sending-domains/FLORAL.example").json() == body
    again = api.post("/sending-domains", asked)
    assert (again.status_code, again.json()["code"]) == (409, "domain_exists")
    wrong = api.post("/sending-domains", {"domain": "floral"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "#/domain")


def test_a_check_is_asked_for_and_a_domain_deleted(cast, api):
    api.post("/sending-domains", {"domain": "floral.example", "algorithm": "ed25519"})
    with brand_scope(cast.floral):
        SendingDomain.objects.update(findings={})
        before = DomainEvent.objects.filter(type="sending_domain.check_requested").count()
    checked = api.post("/sending-domains/floral.example/check")
    assert (checked.status_code, checked.json()["checking"]) == (202, True)
    with brand_scope(cast.floral):
        asked = DomainEvent.objects.filter(type="sending_domain.check_requested")
        assert asked.count() == before + 1
    assert api.delete("/sending-domains/floral.example").status_code == 204
    assert api.get("/sending-domains/floral.example").status_code == 404
    with brand_scope(cast.floral):
        assert not SendingDomain.objects.exists()
