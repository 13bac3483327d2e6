"""From the application to the agreement, as each side sees it in its browser."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models.users import User
from accounts.scope import brand_scope
from config.kit.limits import count_within
from partners.models.partnerships import OfferCategory, PartnerInvite, Partnership
from partners.selectors.suggestions import to_answer
from partners.services.mails import token_of
from partners.services.partnerships import invite_partner
from partners.views.limits import HOUR, MOST_APPLICATIONS, MOST_MAILS_TO_ADDRESS
from tests.conftest import Cast, _signed_in
from tests.partners.conftest import make_partnership, partner_path

SAID = {
    "name": "Trattoria Lucia",
    "contact_name": "Pia Roth",
    "email": "pia@lucia.example",
    "pitch": "Dinner for two.",
}
TERMS = {
    "payer": "partner",
    "share": "12.5",
    "product_shares": "WINE-7: 20",
    "flat": "1.50",
    "window_days": "30",
    "lock_days": "14",
    "statements": "monthly",
    "dispute_days": "14",
    "smallest_payout": "20",
}


def _answer(visitor: Client, ana: Client, home: str, at_brand: str) -> None:
    """With other terms than version 1; the brand proposes the first ones again."""
    other = visitor.get(f"{home}agreement/other/").content.decode()
    assert "You pay Floral, for customers they send you" in other
    stale = visitor.post(f"{home}agreement/other/", {**TERMS, "share": "10", "answers": "0"})
    assert b"There are newer terms by now" in stale.content
    sent = visitor.post(f"{home}agreement/other/", {**TERMS, "share": "10", "answers": "1"})
    assert (sent.status_code, sent["Location"]) == (302, f"{home}agreement/")
    assert "<ins>Trattoria Lucia pays Floral: 10% of what" in ana.get(at_brand).content.decode()
    assert ana.post(f"{at_brand}terms/", {**TERMS, "answers": "2"}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_restaurant_applies_is_approved_and_agrees(cast: Cast, run_due_work: Any) -> None:
    visitor, ana = Client(), _signed_in(cast.ana)
    page = visitor.post("/partners/floral/apply", SAID).content.decode()
    assert "Please look in your inbox" in page
    run_due_work()
    link = re.search(r"/partner-invite/\S+", str(mail.outbox[-1].body))[0]

    assert b"Confirm your application" in visitor.get(link).content
    assert b"Pia Roth" not in ana.get("/b/floral/partners/").content
    answer = visitor.post(link)
    home = answer["Location"]
    assert (answer.status_code, home.startswith("/partner/prt_")) == (302, True)
    assert b"Waiting for an answer" in visitor.get(home).content
    assert visitor.post(link).status_code == 409

    with brand_scope(cast.floral):
        partnership = Partnership.objects.get()
    at_brand = f"/b/floral/partners/partnerships/{home.split('/')[2]}/"
    assert b"Dinner for two." in ana.get(at_brand).content
    ana.post(f"{at_brand}approve/")
    proposed = ana.post(f"{at_brand}terms/", TERMS)
    assert (proposed.status_code, proposed["Location"]) == (302, at_brand)

    page = visitor.get(f"{home}agreement/").content.decode()
    assert "Trattoria Lucia pays Floral: 12.5% of what was paid" in page
    digest = re.search(r'name="terms_hash" value="(\w+)"', page)[1]
    _answer(visitor, ana, home, at_brand)
    page = visitor.get(f"{home}agreement/").content.decode()
    assert re.search(r'name="terms_hash" value="(\w+)"', page)[1] == digest
    visitor.post(f"{home}agreement/agree/", {"number": "3", "terms_hash": digest})
    with brand_scope(cast.floral):
        partnership.refresh_from_db()
        terms = partnership.all_terms.get(number=3)
    assert (partnership.state, partnership.terms_number) == ("active", 3)
    assert terms.brand_hash == terms.partner_hash == digest
    assert (terms.terms["deal"]["share"], terms.terms["deal"]["flat"]) == (125, 150)
    assert terms.terms["deal"]["product_shares"] == {"WINE-7": 200}
    assert b"Write your first offer" in visitor.get(home).content


@pytest.mark.parametrize("known", [None, "active", "rejected", "banned"])
def test_the_page_answers_everybody_alike(cast: Cast, pia: User, known: str | None) -> None:
    if known:
        with brand_scope(cast.floral):
            make_partnership(pia, state=Partnership.State(known))
    answer = Client().post("/partners/floral/apply", SAID)
    assert answer.status_code == 200
    assert b"Thank you. An e-mail tells you how it goes on" in answer.content
    assert answer["Cache-Control"] == "no-store"


def test_looking_at_a_link_changes_nothing_and_a_forged_one_shows_nothing(
    cast: Cast, run_due_work: Any
) -> None:
    with brand_scope(cast.floral):
        invite_partner(name="Wine Bar", email="jo@bar.example")
        link = f"/partner-invite/{token_of(PartnerInvite.objects.get())}"
    for method in ("get", "head"):
        assert getattr(Client(), method)(link).status_code == 200
    other = link[:-8] + ("A" if link[-8] != "A" else "B") + link[-7:]
    assert Client().get(other).status_code == 404
    assert Client().post(other).status_code == 404
    assert Client(enforce_csrf_checks=True).post(link).status_code == 403
    with brand_scope(cast.floral):
        assert PartnerInvite.objects.get().used_at is None
        assert Partnership.objects.get().state == "invited"
    said = Client().post(link, {"answer": "no"}).content
    assert b"Thank you for the answer" in said
    with brand_scope(cast.floral):
        assert Partnership.objects.get().state == "declined"


def test_a_partner_starts_at_their_own_page_and_makes_no_brand(
    cast: Cast, pia: User, pia_client: Client
) -> None:
    assert b"Nobody yet" in pia_client.get("/partner/").content
    with brand_scope(cast.floral):
        dinner = make_partnership(pia)
    home = partner_path(dinner)
    assert pia_client.get("/")["Location"] == "/partner/"
    assert pia_client.get("/partner/")["Location"] == home
    for answer in (pia_client.get("/brands/new/"), pia_client.post("/brands/new/", {"name": "X"})):
        assert answer["Location"] == "/partner/"
    assert pia_client.get("/b/floral/").status_code == 404
    with brand_scope(cast.grocer):
        make_partnership(pia)
    page = pia_client.get("/partner/").content.decode()
    assert ("Floral" in page, "Grocer" in page) == (True, True)


def test_a_partner_signs_in_with_a_code_from_the_mailbox(pia: User, db: None) -> None:
    client = Client()
    assert b"Get a code by e-mail" in client.get("/accounts/login/").content
    assert b"Send me a code" in client.get("/accounts/login/code/").content
    client.post("/accounts/login/code/", {"email": pia.email})
    assert b"Enter the code" in client.get("/accounts/login/code/confirm/").content
    code = re.search(r"^ {4}(\S+)$", str(mail.outbox[-1].body), re.MULTILINE)[1]
    answer = client.post("/accounts/login/code/confirm/", {"code": code})
    assert answer["Location"] == "/"
    assert client.get("/")["Location"] == "/partner/"


def test_pages_of_the_brand_refuse_beside_what_was_typed(cast: Cast, pia: User) -> None:
    ana = _signed_in(cast.ana)
    with brand_scope(cast.floral):
        partner_id = partner_path(make_partnership(pia)).split("/")[2]
    at = f"/b/floral/partners/partnerships/{partner_id}"
    page = ana.post("/b/floral/partners/invite/", {"name": "Lucia", "email": pia.email}).content
    assert "has this address, and is “active”".encode() in page
    page = ana.post(f"{at}/terms/", {**TERMS, "product_shares": "WINE 7"}).content
    assert "“WINE 7” is not a number, a colon and per cent.".encode() in page
    assert ana.post(f"{at}/ban/", {"reason": ""}).status_code == 302
    assert ana.post(f"{at}/block/", {}).status_code == 422
    with brand_scope(cast.floral):
        row = Partnership.objects.get()
        assert (row.state, row.all_terms.count(), row.blocks.count()) == ("active", 1, 0)


def test_one_network_applies_only_so_often_and_one_address_gets_only_so_many_mails(
    cast: Cast,
) -> None:
    visitor = Client()
    for _ in range(MOST_MAILS_TO_ADDRESS + 1):
        assert visitor.post("/partners/floral/apply", SAID).status_code == 200
    with brand_scope(cast.floral):
        assert PartnerInvite.objects.count() == MOST_MAILS_TO_ADDRESS
    here = f"apply:{cast.floral.uid}:127.0.0.0/24"
    while count_within(here, most=MOST_APPLICATIONS, seconds=HOUR)[0] > 0:
        pass
    other = {**SAID, "email": "jo@bar.example"}
    assert visitor.post("/partners/floral/apply", other).status_code == 429
    with brand_scope(cast.floral):
        assert Partnership.objects.count() == 1


def test_the_brand_keeps_a_competitor_away_and_lets_it_in_again(cast: Cast, pia: User) -> None:
    ana = _signed_in(cast.ana)
    ana.post("/b/floral/partners/categories/", {"name": "Wine"})
    with brand_scope(cast.floral):
        dinner, wine = make_partnership(pia), OfferCategory.objects.get()
    at = f"/b/floral/partners/partnerships/{partner_path(dinner).split('/')[2]}"
    ana.post(f"{at}/block/", {"category": wine.pk})
    assert "All of “Wine”".encode() in ana.get(f"{at}/").content
    with brand_scope(cast.floral):
        block = dinner.blocks.get()
    ana.post(f"{at}/unblock/", {"block": block.pk})
    ana.post(f"/b/floral/partners/categories/{wine.pk}/", {"name": "Wines"})
    with brand_scope(cast.floral):
        assert not dinner.blocks.exists()
        assert OfferCategory.objects.get().name == "Wines"


def test_an_application_is_something_to_do_next(cast: Cast, pia: User) -> None:
    with brand_scope(cast.floral):
        make_partnership(pia, state=Partnership.State.APPLIED)
        found = to_answer(cast.floral, frozenset({"partners.review"}))
        assert [(each.title, each.url) for each in found] == [
            ("1 business asks to be a partner", "/b/floral/partners/")
        ]
        assert to_answer(cast.floral, frozenset({"partners.view"})) == []
