"""A refusal leads back to the page it came from, and nowhere else."""

from django.test import Client

from accounts.scope import brand_scope
from campaigns.services.drafts import create_campaign
from tests.conftest import Cast


def test_a_refused_form_leads_to_no_other_host(cast: Cast, ben: Client) -> None:
    with brand_scope(cast.floral):
        draft = create_campaign(name="May")
    response = ben.post(
        f"/b/floral/campaigns/{draft.pk}/pause/",
        headers={"Referer": "http://testserver//evil.example/page?a=1"},
    )
    assert (response.status_code, response["Location"]) == (302, "/evil.example/page?a=1")
