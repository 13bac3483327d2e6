"""The variants of a campaign through the API: added, changed, tried on some, the winner chosen."""

import pytest

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.variants import CampaignVariant
from campaigns.services.planning import plan
from config.kit import ids
from tests.api import Api, new_key
from tests.campaigns.mailing import customers, launching

BLOCKS = [{"kind": "heading", "id": "h", "text": "Hello"}, {"kind": "footer"}]


@pytest.fixture
def api(cast):
    return Api(new_key(cast.floral, cast.ana))


@pytest.fixture
def draft(api):
    body = {"name": "May", "subject": "Hello", "blocks": BLOCKS}
    return f"/campaigns/{api.post('/campaigns', body).json()['id']}"


def subjects(answer):
    return {row["letter"]: row["subject"] for row in answer.json()["data"]}


def test_variants_are_added_changed_and_removed(cast, api, draft):
    german = {"de": {"subject": "Hallo", "texts": {"h": {"text": "Guten Tag"}}}}
    added = api.post(f"{draft}/variants", {"subject": "Good day", "translations": german})
    assert added.status_code == 201, added.content
    assert subjects(added) == {"A": "Hello", "B": "Good day"}
    assert added.json()["data"][1]["translations"]["de"]["subject"] == "Hallo"
    assert subjects(api.post(f"{draft}/variants", {}))["C"] == "Hello"
    changed = api.patch(f"{draft}/variants/C", {"subject": "Hey"})
    assert subjects(changed) == {"A": "Hello", "B": "Good day", "C": "Hey"}
    assert api.delete(f"{draft}/variants/B").status_code == 204
    assert api.delete(f"{draft}/variants/A").status_code == 404
    assert subjects(api.get(f"{draft}/variants")) == {"A": "Hello", "C": "Hey"}
    share = api.put(f"{draft}/test-share", {"percent": 20})
    assert share.json()["test_percent"] == 20
    assert api.put(f"{draft}/test-share", {"percent": 91}).status_code == 422
    with brand_scope(cast.floral):
        assert Campaign.objects.get().test_percent == 20


def test_a_variant_with_blocks_that_do_not_fit_is_not_added(cast, api, draft):
    assert api.post(f"{draft}/variants", {"blocks": [{"kind": "moon"}]}).status_code == 422
    with brand_scope(cast.floral):
        assert not CampaignVariant.objects.exists()


def test_the_winner_is_chosen_once(cast, api):
    with brand_scope(cast.floral):
        customers(60)
        campaign = launching(cast.floral)
        words = {"subject": "B", "preheader": "", "blocks": campaign.frozen["blocks"]}
        campaign.frozen["variants"] = {"B": {**words, "links_before": 0}}
        campaign.test_percent = 20
        campaign.save()
        plan(campaign.pk)
        campaign.refresh_from_db(fields=["uid"])
    path = f"/campaigns/{ids.encode('cmp', campaign.uid)}"
    waiting = api.get(f"{path}/variants").json()["waiting"]
    assert waiting > 0
    assert api.post(f"{path}/winner", {"letter": "D"}, idempotency="w-0").status_code == 422
    assert api.get(f"{path}/variants").json()["waiting"] == waiting
    chosen = api.post(f"{path}/winner", {"letter": "B"}, idempotency="w-1")
    assert chosen.status_code == 202, chosen.content
    assert (chosen.json()["winner"], chosen.json()["waiting"]) == ("B", 0)
    again = api.post(f"{path}/winner", {"letter": "A"}, idempotency="w-2")
    assert again.status_code == 409
    assert api.get(f"{path}/variants").json()["winner"] == "B"
