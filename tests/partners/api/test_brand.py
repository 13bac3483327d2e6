"""A brand's own system deals with partners: the same rules as its pages."""

from datetime import timedelta

import msgspec
import pytest

from accounts.models.brands import Brand
from accounts.scope import Actor, acting
from config.kit import ids
from config.kit.clock import day_in
from partners.models.offers import Offer
from partners.models.partnerships import OfferCategory, Partnership, PartnershipTerms
from partners.rules.content import OfferContent
from partners.selectors.names import OFFER, PARTNERSHIP
from partners.services.offers import save_offer, submit_offer
from tests.api import Api, new_key

PARTNER = Actor("partner", 1)


@pytest.fixture
def api(floral: Brand, cast) -> Api:
    return Api(new_key(floral, cast.ana))


@pytest.fixture
def offer(dinner: Partnership, category: OfferCategory) -> Offer:
    """Submitted by the trattoria."""
    today = day_in(dinner.brand.time_zone)
    content = OfferContent(
        headline="Dinner for two",
        starts_on=today,
        ends_on=today + timedelta(days=30),
        category_id=category.pk,
    )
    with acting(PARTNER):
        saved = save_offer(dinner, content)
        return submit_offer(saved, number=1)


def test_a_partner_is_invited_listed_and_turned_off(api: Api, dinner: Partnership) -> None:
    invited = api.post("/partners", {"name": "Sweet Nothings", "email": "hi@sweets.example"})
    again = api.post("/partners", {"name": "Sweet Nothings", "email": "hi@sweets.example"})
    assert (invited.status_code, again.status_code) == (201, 409)
    assert invited.json()["state"] == "invited"

    listed = api.get("/partners").json()["data"]
    assert [row["name"] for row in listed] == ["Sweet Nothings", "Trattoria Lucia"]

    name = ids.encode(PARTNERSHIP, dinner.uid)
    assert api.post(f"/partners/{name}/ban").status_code == 422
    dinner.refresh_from_db()
    assert dinner.state == "active"
    ended = api.post(f"/partners/{name}/suspend", {"reason": "Closed for winter"})
    assert (ended.status_code, ended.json()["state"]) == (200, "suspended")


def test_terms_hold_once_the_partner_agrees_to_them(api: Api, dinner: Partnership) -> None:
    name = ids.encode(PARTNERSHIP, dinner.uid)
    proposed = api.post(f"/partners/{name}/terms", {"terms": {"deal": {"share": 120}}})
    assert (proposed.status_code, proposed.json()["number"]) == (201, 2)
    assert proposed.json()["partner_agreed_at"] is None
    wrong = api.post(f"/partners/{name}/terms", {"terms": {"deal": {"shares": 1}}})
    assert wrong.status_code == 422
    mine = {"number": 2, "terms_hash": proposed.json()["terms_hash"]}
    assert api.post(f"/partners/{name}/terms/agree", mine).status_code == 409
    dinner.refresh_from_db()
    assert dinner.terms_number == 1
    assert PartnershipTerms.objects.filter(partnership=dinner).count() == 2


def test_only_the_version_that_was_read_is_approved(api: Api, offer: Offer) -> None:
    name = ids.encode(OFFER, offer.uid)
    (version,) = api.get(f"/partner-offers/{name}/versions").json()["data"]
    assert version["content"]["headline"] == "Dinner for two"
    decision = {"number": 1, "content_hash": version["content_hash"]}

    other = api.post(f"/partner-offers/{name}/review/approve", {**decision, "content_hash": "0"})
    assert (other.status_code, other.json()["code"]) == (409, "hash_differs")
    offer.refresh_from_db()
    assert offer.state == "submitted"

    approved = api.post(f"/partner-offers/{name}/review/approve", decision)
    assert (approved.status_code, approved.json()["approved"]) == (200, 1)
    assert api.post(f"/partner-offers/{name}/review/praise", decision).status_code == 404


def test_what_a_partner_has_not_submitted_is_not_told(api: Api, offer: Offer, dinner) -> None:
    content = offer.versions.get(number=1).content
    with acting(PARTNER):
        later = msgspec.convert({**content, "headline": "Not yet"}, OfferContent)
        save_offer(dinner, later, offer=offer, base=1)
    name = ids.encode(OFFER, offer.uid)
    numbers = [row["number"] for row in api.get(f"/partner-offers/{name}/versions").json()["data"]]
    assert numbers == [1]


def test_a_state_that_does_not_exist_is_refused(api: Api, offer: Offer) -> None:
    assert api.get("/partner-offers", state="approves").status_code == 422
    assert len(api.get("/partner-offers", state="submitted").json()["data"]) == 1


def test_an_offer_that_does_not_run_is_neither_sent_nor_paused(api: Api, offer: Offer) -> None:
    name = ids.encode(OFFER, offer.uid)
    for act in ("send", "pause"):
        assert api.post(f"/partner-offers/{name}/{act}", {}).status_code == 409
    offer.refresh_from_db()
    assert (offer.state, offer.campaign_id) == ("submitted", None)
