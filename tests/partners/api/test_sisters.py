"""Two brands' own systems grant each other in writing, and one offers to the other's customers."""

from datetime import timedelta

from accounts.api.keys import ApiKey
from accounts.models.members import Membership, Role
from accounts.scope import Actor, acting, brand_scope
from accounts.work import drain
from config.kit.clock import now
from partners.models.offers import Offer
from partners.models.partnerships import OfferCategory, Partnership
from partners.models.sisters import SisterGrant, SisterPact
from partners.rules.terms import PartnershipTerms
from partners.selectors.statements import public_id, settling_day
from partners.services.agreements import agree_terms, propose_terms
from partners.services.keys import create_partner_key
from partners.services.partnerships import set_category
from partners.services.statements import agree, issue_statement
from tests.api import Api, new_key
from tests.conftest import Cast
from tests.partners.settling import due, offer_of


def test_both_brands_grant_it_in_the_words_they_read_and_either_ends_it(cast: Cast) -> None:
    host, guest = (Api(new_key(brand, cast.ana)) for brand in (cast.floral, cast.grocer))
    proposed = host.post("/sister-brands", {"other": "grocer", "host": True})
    assert proposed.status_code == 201, proposed.content
    pact = proposed.json()
    assert (pact["side"], pact["other"], pact["granted_at"]) == ("host", "Grocer", None)
    (theirs,) = guest.get("/sister-brands").json()["data"]
    assert (theirs["id"], theirs["side"]) == (pact["id"], "guest")

    path = f"/sister-brands/{pact['id']}"
    swapped = guest.post(f"{path}/grant", {"words_hash": pact["words_hash"]})
    assert (swapped.status_code, swapped.json()["code"]) == (409, "changed")
    with brand_scope(cast.grocer):
        assert not SisterGrant.objects.exists()
    for api, words_hash in ((host, pact["words_hash"]), (guest, theirs["words_hash"])):
        assert api.post(f"{path}/grant", {"words_hash": words_hash}).status_code == 200
    drain()
    assert host.get(path).json()["stands"]

    system, category = _system_of_the_guest(cast)
    today = now().date()
    content = {
        "headline": "Apples",
        "category_id": category.pk,
        "starts_on": str(today),
        "ends_on": str(today + timedelta(days=9)),
    }
    written = system.post("/partner/offers", {"content": content})
    assert written.status_code == 201, written.content
    (seen,) = host.get("/partner-offers").json()["data"]
    assert (seen["partner"], seen["state"]) == (host.get(path).json()["partnership"], "draft")
    assert guest.get("/partner-offers").json()["data"] == []

    with brand_scope(cast.floral):
        statement = _agreed_with(cast, 650)
    settle = f"/partner-statements/{statement}/settle"
    assert host.post(settle, {}).json()["state"] == "paid"
    assert host.post(settle, {}).status_code == 409
    drain()
    for api in (host, guest):
        (settled,) = api.get("/sister-settlements").json()["data"]
        assert (settled["amount"], settled["sister"]) == (650, pact["id"])
        assert settled["mirrored_at"] is not None

    # Before any work in the background is done.
    assert not guest.delete(f"{path}/grant").json()["stands"]
    assert system.get("/partner/offers").status_code == 404
    assert system.post("/partner/offers", {"content": content}).status_code == 404
    with brand_scope(cast.floral):
        assert Offer.objects.filter(state="draft").count() == 1


def test_a_brand_of_another_agency_is_as_unknown_as_none(cast: Cast) -> None:
    host = Api(new_key(cast.floral, cast.ana))
    answers = [
        host.post("/sister-brands", {"other": slug, "host": True})
        for slug in (cast.other_brand.slug, "nobody")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert host.post("/sister-brands", {"other": "floral", "host": True}).status_code == 422
    assert not SisterPact.objects.exists()


def test_a_key_whose_maker_may_not_any_more_gives_no_written_grant_but_ends_one(
    cast: Cast,
) -> None:
    host = Api(new_key(cast.floral, cast.ana))
    pact = host.post("/sister-brands", {"other": "grocer", "host": True}).json()
    asked, path = {"words_hash": pact["words_hash"]}, f"/sister-brands/{pact['id']}/grant"
    assert host.post(path, asked).status_code == 200
    assert host.delete(path).json()["granted_at"] is None
    Membership.objects.filter(user=cast.ana).update(role=Role.MARKETER)
    assert host.post(path, asked).status_code == 403
    ApiKey.objects.update(created_by=None)
    assert host.post(path, asked).status_code == 403
    with brand_scope(cast.floral):
        assert not SisterGrant.objects.filter(withdrawn_at=None).exists()
        SisterGrant.objects.update(withdrawn_at=None)
    assert host.delete(path).status_code == 200
    with brand_scope(cast.floral):
        assert not SisterGrant.objects.filter(withdrawn_at=None).exists()


def _agreed_with(cast: Cast, minor: int) -> str:
    """A statement that both agreed to, by its public id."""
    partnership = Partnership.objects.select_related("brand").get(sister_brand=cast.grocer)
    due(offer_of(partnership, payer="brand", share=100, lock_days=0), 10 * minor)
    statement = issue_statement(partnership, until=settling_day())
    agree(statement)
    return public_id(statement)


def _system_of_the_guest(cast: Cast) -> tuple[Api, OfferCategory]:
    """With a key of the partnership, on agreed terms."""
    with brand_scope(cast.floral):
        partnership = Partnership.objects.select_related("brand").get(sister_brand=cast.grocer)
        terms = propose_terms(partnership, PartnershipTerms())
        with acting(Actor("partner", cast.ana.pk)):
            agree_terms(partnership, number=terms.number, terms_hash=terms.terms_hash)
        category = OfferCategory.objects.create(name="Food")
        set_category(partnership, category=category)
        partnership.refresh_from_db()
        scopes = ("own_offers:read", "own_offers:write")
        key = create_partner_key(partnership, name="Till", scopes=scopes, by=cast.ana)[1]
        return Api(key), category
