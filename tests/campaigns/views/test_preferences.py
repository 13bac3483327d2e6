"""The page "What we send you": looking changes nothing, old links work, forged ones do not."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.preferences import Preference
from campaigns.selectors import content
from campaigns.selectors.content import keyring
from config.kit.clock import day_in, now
from config.kit.tokens import Purpose, Ticket, sign_ticket
from customers.models.consents import ConsentState
from customers.services.privacy import erase_customer
from tests import factories


@pytest.fixture
def campaign(cast):
    with brand_scope(cast.floral):
        factories.consent(cast.rae)
        return Campaign.objects.create(name="May", state="done")


@pytest.fixture
def link(cast, campaign):
    ticket = Ticket(cast.floral.pk, campaign.pk, cast.rae.pk)
    return f"/p/{sign_ticket(keyring(), Purpose.UNSUBSCRIBE, ticket)}"


def kept(cast):
    with brand_scope(cast.floral):
        return list(Preference.objects.values_list("customer_id", "at_most_days", "paused_until"))


def status(cast):
    with brand_scope(cast.floral):
        return ConsentState.objects.get(customer=cast.rae).status


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_at_the_page_changes_nothing(cast, link, method):
    answer = getattr(Client(), method)(link)
    assert answer.status_code in {200, 405}
    assert (kept(cast), status(cast)) == ([], "granted")


def test_the_page_says_whose_it_is_without_saying_it_to_others(link):
    page = Client().get(link)
    words = page.content.decode()
    assert "What Floral sends you" in words
    assert "ra…@example.com" in words
    assert "rae@example.com" not in words
    assert (page["Cache-Control"], page["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert 'value="marketing" checked' in " ".join(words.split()).replace(' id="id_topics_0"', "")


def test_the_button_saves_without_cookies(cast, link):
    until = day_in(cast.floral.time_zone) + timedelta(days=14)
    client = Client(enforce_csrf_checks=True)
    answer = client.post(link, {"topics": "marketing", "often": "7", "paused_until": str(until)})
    assert "Saved. It holds from now on." in answer.content.decode()
    assert kept(cast) == [(cast.rae.pk, 7, until)]
    assert status(cast) == "granted"


def test_no_topic_left_is_an_unsubscribe(cast, link):
    Client().post(link, {"often": "0"})
    assert status(cast) == "withdrawn"


@pytest.mark.parametrize(
    "data",
    [
        {"topics": "marketing", "often": "5"},
        {"topics": "other", "often": "0"},
        {"topics": "marketing", "often": "0", "paused_until": "2001-01-01"},
        {"topics": "marketing", "often": "0", "paused_until": "soon"},
    ],
)
def test_what_cannot_be_chosen_is_said_and_nothing_is_saved(cast, link, data):
    answer = Client().post(link, data)
    assert (answer.status_code, "Saved" in answer.content.decode()) == (200, False)
    assert (kept(cast), status(cast)) == ([], "granted")


def test_links_work_thirteen_months_later_and_after_the_key_was_changed(
    cast, campaign, link, settings, monkeypatch
):
    with brand_scope(cast.floral):
        long_ago = now() - timedelta(days=400)
        Campaign.objects.filter(pk=campaign.pk).update(created_at=long_ago, launched_at=long_ago)
    old = settings.TOKEN_KEYS["1"]
    settings.TOKEN_KEYS = {"2": "a new secret", "1": old}
    content.keyring.cache_clear()
    try:
        assert Client().post(link, {"topics": "marketing", "often": "30"}).status_code == 200
        assert kept(cast) == [(cast.rae.pk, 30, None)]
        unsubscribe = link.replace("/p/", "/u/")
        assert "You are unsubscribed" in Client().post(unsubscribe).content.decode()
        assert status(cast) == "withdrawn"
        settings.TOKEN_KEYS = {"2": "a new secret"}
        content.keyring.cache_clear()
        assert Client().get(link).status_code == 404
    finally:
        content.keyring.cache_clear()


def test_a_link_of_another_kind_or_a_changed_one_is_not_found(cast, campaign, link):
    ticket = Ticket(cast.floral.pk, campaign.pk, cast.rae.pk)
    click = f"/p/{sign_ticket(keyring(), Purpose.CLICK, ticket)}"
    forged = link[:-2] + ("AA" if link[-2:] != "AA" else "BB")
    for path in (click, forged, "/p/x"):
        assert Client().get(path).status_code == 404
        assert Client().post(path, {"often": "0"}).status_code == 404
    assert status(cast) == "granted"


def test_an_erased_persons_link_is_not_found_and_keeps_nothing(cast, link):
    with brand_scope(cast.floral):
        erase_customer(customer=cast.rae)
    assert Client().get(link).status_code == 404
    assert Client().post(link, {"often": "7"}).status_code == 404
    assert kept(cast) == []
