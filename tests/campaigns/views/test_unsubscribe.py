"""The unsubscribe page: looking changes nothing, the button does, and a forged link is unknown."""

import pytest
from django.test import Client

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from campaigns.channels.email.reports import Report
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Feedback
from campaigns.models.transactional import TransactionalMessage
from campaigns.selectors.content import keyring
from campaigns.services.returns import take_return
from campaigns.services.transactional import create_template
from config.kit.tokens import Purpose, Ticket, sign_ticket
from customers.models.consents import Consent, ConsentState
from customers.models.consents import Purpose as Purposes
from customers.services.consents import record_consent
from tests import factories
from tests.conftest import Cast


@pytest.fixture
def link(cast: Cast) -> str:
    with brand_scope(cast.floral):
        factories.consent(cast.rae)
        campaign = Campaign.objects.create(name="May", state="done")
    ticket = Ticket(cast.floral.pk, campaign.pk, cast.rae.pk)
    return f"/u/{sign_ticket(keyring(), Purpose.UNSUBSCRIBE, ticket)}"


def _status(cast: Cast) -> str:
    with brand_scope(cast.floral):
        return ConsentState.objects.get(customer=cast.rae).status


def test_looking_at_the_page_changes_nothing(cast: Cast, link: str) -> None:
    page = Client().get(link)
    words = page.content.decode()
    assert "Stop news and offers from Floral?" in words
    assert "ra…@example.com" in words
    assert "rae@example.com" not in words
    assert page["Cache-Control"] == "no-store"
    assert _status(cast) == "granted"


def test_the_button_unsubscribes_without_cookies_and_twice_is_once(cast: Cast, link: str) -> None:
    for _ in range(2):
        client = Client(enforce_csrf_checks=True)
        assert "You are unsubscribed" in client.post(link).content.decode()
    assert _status(cast) == "withdrawn"
    with brand_scope(cast.floral):
        assert Feedback.objects.filter(kind="unsubscribe").count() == 1


def test_a_changed_link_is_not_found_and_unsubscribes_nobody(cast: Cast, link: str) -> None:
    forged = link[:-2] + ("AA" if link[-2:] != "AA" else "BB")
    client = Client()
    assert client.get(forged).status_code == 404
    assert client.post(forged).status_code == 404
    assert _status(cast) == "granted"


def test_who_comes_back_reads_that_it_is_done_already(cast: Cast, link: str) -> None:
    Client().post(link)
    words = Client().get(link).content.decode()
    assert "You are unsubscribed already" in words
    assert "<form" not in words
    with brand_scope(cast.floral):
        assert Feedback.objects.filter(kind="unsubscribe").count() == 1
        assert Consent.objects.filter(status="withdrawn").count() == 1


def test_who_left_news_before_leaves_offers_of_partners_too(cast: Cast, link: str) -> None:
    Client().post(link)
    with brand_scope(cast.floral):
        record_consent(customer=cast.rae, purpose=Purposes.PARTNER_OFFERS, source="shop")
    assert "Stop news and offers from Floral?" in Client().get(link).content.decode()
    assert "You are unsubscribed" in Client().post(link).content.decode()
    with brand_scope(cast.floral):
        assert set(ConsentState.objects.values_list("purpose", "status")) == {
            ("marketing", "withdrawn"),
            ("partner_offers", "withdrawn"),
        }


def test_a_no_by_a_mail_about_an_order_ends_news_and_offers_of_partners(cast: Cast) -> None:
    with brand_scope(cast.floral):
        factories.consent(cast.rae)
        record_consent(customer=cast.rae, purpose=Purposes.PARTNER_OFFERS, source="shop")
        message = TransactionalMessage.objects.create(
            template=create_template(name="Parcel", key="parcel", intent="help"),
            version=1,
            customer=cast.rae,
            address=cast.rae.email,
            address_norm=cast.rae.email_norm,
        )
        told = Report("unsubscribe", address=cast.rae.email)
        assert [take_return(message.pk, told) for _ in range(2)] == [True, False]
        states = ConsentState.objects.order_by("purpose").values_list("status", flat=True)
        assert list(states) == ["withdrawn", "withdrawn"]
        act = DomainEvent.objects.filter(type="consent.withdrawn").latest("pk")
        assert (act.actor_kind, act.actor_id) == ("customer", cast.rae.pk)


def test_who_agreed_again_since_is_asked_anew(cast: Cast, link: str) -> None:
    Client().post(link)
    with brand_scope(cast.floral):
        record_consent(customer=cast.rae, source="shop")
    assert "Stop news and offers from Floral?" in Client().get(link).content.decode()
    assert _status(cast) == "granted"
