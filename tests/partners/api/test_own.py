"""A partner's own system writes and submits the partner's offers, and sees nobody else's."""

import uuid
from typing import Any

import msgspec
import pytest

from accounts.models.users import User
from config.kit import ids
from partners.models.offers import Offer, OfferClaim, OfferVersion
from partners.models.partnerships import Partnership, PartnershipTerms
from partners.rules.revenue_share import Deal
from partners.rules.terms import PartnershipTerms as Terms
from partners.services.agreements import propose_terms
from tests import factories
from tests.api import Api
from tests.conftest import Cast
from tests.partners import settling
from tests.partners.keys import system_of
from tests.partners.services import offering


@pytest.fixture
def api(dinner: Partnership, pia: User) -> Api:
    return system_of(dinner, pia)


def _body(partnership: Partnership, **said: Any) -> dict[str, Any]:
    content = msgspec.to_builtins(offering.content(partnership.category, **said))
    del content["deal"]
    return {"content": content}


def test_terms_are_agreed_to_by_a_key_of_the_partners_own_alone(
    dinner: Partnership, pia: User, cast: Cast
) -> None:
    proposed = propose_terms(dinner, Terms(dispute_days=9))
    own, made_by_brand = (system_of(dinner, by) for by in (pia, cast.ana))
    newest, first = own.get("/partner/terms").json()["data"]
    assert (newest["number"], newest["partner_agreed_at"], first["number"]) == (2, None, 1)
    said = {"number": 2, "terms_hash": newest["terms_hash"]}
    assert made_by_brand.post("/partner/terms/agree", said).status_code == 403
    wrong = own.post("/partner/terms/agree", {**said, "terms_hash": "0"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "changed")
    dinner.refresh_from_db()
    assert dinner.terms_number == 1
    agreed = own.post("/partner/terms/agree", said)
    assert (agreed.status_code, agreed.json()["partner_hash"]) == (200, proposed.terms_hash)
    dinner.refresh_from_db()
    assert dinner.terms_number == 2


def test_the_key_tells_its_partnership_and_what_was_agreed(api: Api, dinner: Partnership) -> None:
    body = api.get("/partner").json()
    assert body["id"] == ids.encode("prt", dinner.uid)
    assert (body["name"], body["brand"], body["currency"]) == ("Trattoria Lucia", "Floral", "GBP")
    assert body["categories"] == [{"id": dinner.category_id, "name": "Dinner"}]
    assert body["deal"] == msgspec.to_builtins(Deal())


def test_an_offer_is_written_saved_again_and_submitted(api: Api, dinner: Partnership) -> None:
    terms = msgspec.to_builtins(Terms(deal=Deal(share=150)))
    PartnershipTerms.objects.create(
        partnership=dinner, number=2, terms=terms, terms_hash="x", by_kind="user"
    )
    Partnership.objects.update(terms_number=2)

    made = api.post("/partner/offers", _body(dinner))
    assert made.status_code == 201, made.content
    offer = made.json()
    assert (offer["state"], offer["saved"], offer["content"]["deal"]["share"]) == ("draft", 1, 150)
    assert offer["content"]["headline"] == offer["name"] == "A fifth off dinner for two"

    path = f"/partner/offers/{offer['id']}"
    second = api.post(f"{path}/versions", {"base": 1, **_body(dinner, headline="A quarter off")})
    assert (second.status_code, second.json()["saved"]) == (201, 2)
    stale = api.post(f"{path}/versions", {"base": 1, **_body(dinner, headline="A third off")})
    assert (stale.status_code, stale.json()["code"]) == (409, "saved_since")
    assert OfferVersion.objects.count() == 2

    assert api.post(f"{path}/submit", {"number": 1}).status_code == 409
    sent = api.post(f"{path}/submit", {"number": 2}).json()
    assert (sent["state"], sent["submitted"]) == ("submitted", 2)
    assert api.get(path).json() == sent
    assert api.get("/partner/offers").json()["data"] == [sent]
    assert {version.by_kind for version in OfferVersion.objects.all()} == {"partner"}


def test_content_that_cannot_be_read_makes_no_offer(api: Api, dinner: Partnership) -> None:
    for content in ("text", {}, {**_body(dinner)["content"], "headline": 7}, {"price": 1}):
        refused = api.post("/partner/offers", {"content": content})
        assert refused.status_code == 422, content
        assert refused.json()["errors"][0]["pointer"] == "#/content"
    assert not Offer.objects.exists()


def test_another_partners_offer_is_not_there(
    api: Api, dinner: Partnership, wines: Partnership, otto: User
) -> None:
    theirs = offering.submitted(wines)
    public_id = ids.encode("off", theirs.uid)
    body = {"base": 1, **_body(dinner)}
    answers = [
        api.get(f"/partner/offers/{public_id}"),
        api.post(f"/partner/offers/{public_id}/versions", body),
        api.post(f"/partner/offers/{public_id}/submit", {"number": 1}),
        api.get("/partner/offers", starting_after=public_id),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert api.get("/partner/offers").json()["data"] == []
    assert OfferVersion.objects.count() == 1
    assert len(system_of(wines, otto).get("/partner/offers").json()["data"]) == 1


@pytest.mark.parametrize("state", ["approved", "suspended", "ended", "banned"])
def test_a_partnership_that_is_not_active_has_no_api(
    api: Api, dinner: Partnership, state: str
) -> None:
    body = _body(dinner)
    Partnership.objects.filter(pk=dinner.pk).update(state=state)
    assert api.get("/partner").status_code == 404
    assert api.post("/partner/offers", body).status_code == 404
    assert not Offer.objects.exists()


def test_results_are_told_in_numbers_of_many_people(
    api: Api, dinner: Partnership, wines: Partnership
) -> None:
    offer = settling.offer_of(dinner)
    path = f"/partner/offers/{ids.encode('off', _uid(offer))}/results"
    for number in range(10):
        settling.claim_of(offer, factories.customer(email=f"guest{number}@example.com"))
    nothing = dict.fromkeys(("delivered", "clicked", "redeemed", "commission_minor"))
    assert api.get(path).json() == {**nothing, "taken": 10}
    OfferClaim.objects.latest("pk").delete()
    assert api.get(path).json() == {**nothing, "taken": None}
    theirs = ids.encode("off", _uid(settling.offer_of(wines)))
    assert api.get(f"/partner/offers/{theirs}/results").status_code == 404


def _uid(offer: Offer) -> uuid.UUID:
    offer.refresh_from_db(fields=["uid"])
    return offer.uid
