"""A customer's own page of offers: looking changes nothing, a button takes, a box says no."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from accounts.models.events import DomainEvent
from campaigns.models.campaigns import Campaign
from campaigns.selectors.content import keyring
from config.kit import ids
from config.kit.clock import now
from config.kit.tokens import Purpose, Ticket, sign_ticket
from customers.models.consents import Consent
from customers.selectors import timeline
from customers.selectors.audience import reachable
from customers.selectors.consents import permission_at
from customers.services.consents import withdraw_consent
from customers.services.merges import merge_customers
from customers.services.permissions import add_wording
from customers.services.privacy import erase_customer
from partners.models.offers import OfferClaim
from partners.models.vouchers import Voucher
from partners.rules.consent import VERSION, WORDS
from partners.selectors.own_page import offers_address
from partners.services.running import end_offer
from tests import factories
from tests.campaigns.mailing import customers
from tests.partners.reaching import mailing_of, sent, who_said_yes


def path_of(customer):
    return "/offers/" + offers_address(customer.pk).rpartition("/")[2]


def take_path(customer, offer):
    return f"{path_of(customer)}/{ids.encode('off', offer.uid)}/take"


def acts():
    rows = Consent.objects.order_by("pk").values_list("purpose", "status", "source")
    return list(rows)


@pytest.fixture
def reader(dinner):
    return who_said_yes(1)[0]


def test_the_page_shows_live_offers_and_looking_changes_nothing(dinner, reader):
    sent(dinner, headline="Four courses <b>", text="By the river", conditions="Not on Fridays")
    before = DomainEvent.objects.count()
    answer = Client().get(path_of(reader))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Four courses &lt;b&gt;" in page
    assert "20% off" in page
    assert "Trattoria Lucia" in page
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert (OfferClaim.objects.count(), DomainEvent.objects.count()) == (0, before)
    assert reader.email not in page


def test_the_link_of_an_offers_own_mail_shows_that_offer_and_only_a_press_takes_it(
    dinner, wines, reader
):
    sent(wines, headline="Two bottles")
    offer = sent(dinner, headline="Four courses", conditions="Not on Fridays")
    [link] = {block["href"] for block in mailing_of(offer).blocks if block["kind"] == "button"}
    token = path_of(reader).rpartition("/")[2]
    path = urlsplit(link.replace("{{ partner_offer.token }}", token)).path
    for _ in range(2):
        page = Client().get(path).content.decode()
    first, more, second = (
        page.index(each) for each in ("Four courses", "More offers for you", "Two bottles")
    )
    assert first < more < second
    assert page.index("Not on Fridays") < more
    assert OfferClaim.objects.count() == 0
    form = page[page.index("<form") : page.index("</form>")]
    assert take_path(reader, offer) in form
    assert 'name="place" value="mail"' in form
    assert Client().post(take_path(reader, offer), {"place": "mail"}).status_code == 302

    end_offer(offer)
    over = Client().get(path).content.decode()
    assert "is over, or not for you any more" in over
    assert "Four courses" not in over
    assert "Two bottles" in over
    assert Client().get(f"{path_of(reader)}/off_nonsense").status_code == 200


def test_a_press_takes_the_offer_and_leads_to_its_voucher(dinner, reader):
    offer = sent(dinner)
    assert Client().get(take_path(reader, offer)).status_code == 405
    answer = Client().post(take_path(reader, offer), {"place": "mail"})
    assert answer.status_code == 302
    assert "/voucher/" in answer["Location"]
    voucher = Voucher.objects.get(customer=reader)
    claim = OfferClaim.objects.get()
    assert (claim.offer_id, claim.customer_id, claim.place) == (offer.pk, reader.pk, "mail")
    assert voucher.code in Client().get(answer["Location"]).content.decode()
    assert "Show my voucher" in Client().get(path_of(reader)).content.decode()


def test_an_offer_they_may_not_see_is_refused_with_words(dinner, wines, cast):
    who_said_yes(1)
    offer = sent(dinner)
    answer = Client().post(take_path(cast.rae, offer))
    assert answer.status_code == 409
    assert "not for you any more" in answer.content.decode()
    assert OfferClaim.objects.count() == 0
    unknown = Client().post(f"{path_of(cast.rae)}/off_{'0' * 26}/take")
    assert unknown.status_code == 409


def test_who_never_answered_is_asked_and_a_yes_is_kept_with_its_words(dinner, cast):
    [silent] = customers(1)
    page = Client().get(path_of(silent)).content.decode()
    assert "Would you like offers from businesses we choose?" in page
    assert "none of them gets your name or address" in page
    kinds = [f"offers:{dinner.category_id}"]
    said = {"partner_offers": ["partner_offers"], "partner_kinds": kinds}
    said["partner_businesses"] = [f"partner:{dinner.pk}"]
    assert Client().post(f"{path_of(silent)}/wishes", said).status_code == 302
    assert acts() == [("partner_offers", "granted", "offers_page")]
    act = Consent.objects.get()
    assert (act.wording, act.wording_version, act.basis) == (WORDS, VERSION, "consent")
    assert act.proof == {"place": "page"}
    assert reachable({"all": []}, purpose="partner_offers").mailable == 1


def test_the_brands_own_words_are_those_that_are_asked_and_kept(dinner):
    [silent] = customers(1)
    add_wording(purpose="partner_offers", version="2", text="May we send you treats of friends?")
    assert "treats of friends" in Client().get(path_of(silent)).content.decode()
    Client().post(f"{path_of(silent)}/wishes", {"partner_offers": ["partner_offers"]})
    act = Consent.objects.get(purpose="partner_offers")
    assert (act.wording, act.wording_version) == ("May we send you treats of friends?", "2")


def test_unticking_a_business_is_a_no_to_that_one_and_ticking_it_takes_it_back(
    dinner, wines, reader
):
    sent(dinner, headline="Four courses")
    sent(wines, headline="Two bottles")
    kinds = [f"offers:{dinner.category_id}", f"offers:{wines.category_id}"]
    said = {"partner_offers": ["partner_offers"], "partner_kinds": kinds}
    Client().post(
        f"{path_of(reader)}/wishes", {**said, "partner_businesses": [f"partner:{wines.pk}"]}
    )
    page = Client().get(path_of(reader)).content.decode()
    assert "Two bottles" in page
    assert "Four courses" not in page
    assert acts()[1:] == [(f"partner:{dinner.pk}", "withdrawn", "offers_page")]
    both = [f"partner:{wines.pk}", f"partner:{dinner.pk}"]
    Client().post(f"{path_of(reader)}/wishes", {**said, "partner_businesses": both})
    assert "Four courses" in Client().get(path_of(reader)).content.decode()
    Client().post(f"{path_of(reader)}/wishes", {})
    assert ("partner_offers", "withdrawn", "offers_page") in acts()
    assert "Two bottles" not in Client().get(path_of(reader)).content.decode()


def test_what_we_send_you_asks_the_same_and_works_without_scripts(dinner, cast):
    factories.consent(cast.rae)
    campaign = Campaign.objects.create(name="May", state="done")
    ticket = Ticket(cast.floral.pk, campaign.pk, cast.rae.pk)
    path = f"/p/{sign_ticket(keyring(), Purpose.UNSUBSCRIBE, ticket)}"
    page = Client().get(path).content.decode()
    assert "Offers from businesses we choose, sent by us" in page
    assert "Trattoria Lucia" in page
    assert offers_address(cast.rae.pk) in page
    said = {"topics": ["marketing"], "partner_offers": ["partner_offers"], "often": "0"}
    kinds = [f"offers:{dinner.category_id}"]
    assert Client().post(path, {**said, "partner_kinds": kinds}).status_code == 200
    assert acts()[1:] == [
        ("partner_offers", "granted", "preference_page"),
        (f"partner:{dinner.pk}", "withdrawn", "preference_page"),
    ]
    [yes, no] = Consent.objects.order_by("pk")[1:]
    assert (yes.wording_version, yes.proof) == (VERSION, {"campaign_id": campaign.pk})
    assert no.wording == "Businesses we work with now: Trattoria Lucia"


def test_staff_read_whose_offers_somebody_said_no_to(dinner, reader, floral):
    withdraw_consent(customer=reader, source="page", purpose=f"partner:{dinner.pk}")
    withdraw_consent(customer=reader, source="page", purpose=f"offers:{dinner.category_id}")
    standings = permission_at(reader, now())
    assert {standing.label for standing in standings} == {
        "Offers from businesses we choose, sent by us",
        "Offers of Trattoria Lucia",
        "Offers of this kind: Dinner",
    }
    titles = [entry.title for entry in timeline.consents(reader, None, 10)]
    assert "Offers of Trattoria Lucia by e-mail: withdrawn" in titles


def test_a_merged_customers_link_opens_the_kept_ones_page_and_an_erased_ones_none(dinner, cast):
    gone, kept = who_said_yes(2)
    sent(dinner, headline="Four courses")
    path = path_of(gone)
    merge_customers(kept=kept, gone=gone)
    assert "Four courses" in Client().get(path).content.decode()
    erase_customer(customer=kept)
    assert Client().get(path).status_code == 404
    assert Client().get("/offers/nonsense").status_code == 404
