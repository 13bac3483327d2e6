"""How often, and which topics: what customers say holds for the record in use."""

from datetime import timedelta

import pytest

from accounts.models.events import DomainEvent
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Feedback
from campaigns.models.preferences import Preference
from campaigns.services.feedback import unsubscribe
from campaigns.services.preferences import (
    Topic,
    dial_of,
    save_wishes,
    set_dial,
    wishes_of,
)
from config.kit.errors import Invalid
from config.kit.tokens import Ticket
from customers.models.consents import Consent, ConsentState
from customers.selectors import audience
from customers.selectors.audience import reachable
from customers.selectors.segments import today
from customers.services.consents import record_consent
from customers.services.merges import merge_customers, undo_merge
from customers.services.permissions import add_wording
from customers.services.privacy import erase_customer
from tests import factories


@pytest.fixture
def ticket(cast, floral):
    factories.consent(cast.rae)
    campaign = Campaign.objects.create(name="May", state="done")
    return Ticket(floral.pk, campaign.pk, cast.rae.pk)


def save(ticket, **changes):
    nothing = {"wanted": {}, "at_most_days": None, "paused_until": None}
    save_wishes(ticket=ticket, **(nothing | changes))


def acts(customer):
    rows = Consent.objects.filter(customer=customer).order_by("pk")
    return list(rows.values_list("purpose", "status", "source"))


def test_who_said_nothing_gets_mail_as_it_comes(cast, ticket):
    assert wishes_of(cast.rae).topics == (Topic("marketing", True),)
    assert (dial_of(cast.rae.pk), wishes_of(cast.rae).paused_until) == (None, None)


def test_the_dial_is_kept_and_recorded_once(cast, ticket):
    for _ in range(2):
        save(ticket, at_most_days=7)
    assert dial_of(cast.rae.pk) == 7
    [event] = DomainEvent.objects.filter(type="preferences.changed")
    assert (event.subject_id, event.actor_kind, event.actor_id) == (
        cast.rae.pk,
        "customer",
        cast.rae.pk,
    )
    save(ticket, at_most_days=None)
    assert dial_of(cast.rae.pk) is None


def test_a_pause_keeps_mail_away_until_its_day_and_no_longer(cast, ticket, monkeypatch):
    everybody = {"all": []}
    first_day = today() + timedelta(days=10)
    assert reachable(everybody).mailable == 1
    save(ticket, paused_until=first_day)
    reach = reachable(everybody)
    assert (reach.mailable, reach.left_out) == (0, {"paused_by_customer": 1})
    assert wishes_of(cast.rae).paused_until == first_day
    on = audience.judgement_params(on=first_day)
    monkeypatch.setattr(audience, "judgement_params", lambda **_: on)
    assert reachable(everybody).mailable == 1


@pytest.mark.parametrize("days", [0, -1, 400])
def test_a_pause_ends_after_today_and_within_a_year(cast, ticket, days):
    with pytest.raises(Invalid, match="within a year"):
        save(ticket, paused_until=today() + timedelta(days=days), wanted={"marketing": False})
    assert Preference.objects.count() == 0
    assert ConsentState.objects.get(customer=cast.rae).status == "granted"


@pytest.mark.parametrize("days", [0, 367])
def test_days_of_the_dial_are_bounded(cast, ticket, days):
    with pytest.raises(Invalid, match="from 1 to 366"):
        set_dial(customer=cast.rae, at_most_days=days, paused_until=None)
    assert Preference.objects.count() == 0


def test_leaving_news_is_an_unsubscribe_of_that_mail(cast, ticket):
    save(ticket, wanted={"marketing": False})
    assert acts(cast.rae)[1:] == [("marketing", "withdrawn", "unsubscribe_preferences")]
    assert list(Feedback.objects.values_list("kind", "campaign_id")) == [
        ("unsubscribe", ticket.campaign_id)
    ]
    save(ticket, wanted={"marketing": True}, wording="I want to get")
    assert acts(cast.rae)[2:] == [("marketing", "granted", "preference_page")]
    last = Consent.objects.order_by("pk").last()
    assert (last.wording, last.proof) == ("I want to get", {"campaign_id": ticket.campaign_id})


def test_leaving_news_leaves_offers_of_partners_unless_they_are_wanted_still(cast, ticket):
    record_consent(customer=cast.rae, source="form", purpose="partner_offers")
    save(ticket, wanted={"marketing": False, "partner_offers": True})
    assert acts(cast.rae)[2:] == [
        ("marketing", "withdrawn", "unsubscribe_preferences"),
        ("partner_offers", "withdrawn", "unsubscribe_preferences"),
        ("partner_offers", "granted", "preference_page"),
    ]
    partners = {"purpose": "partner_offers"}
    assert reachable({"all": []}, **partners).mailable == 1
    unsubscribe(ticket, source="one_click")
    assert reachable({"all": []}, **partners).mailable == 0
    assert Feedback.objects.count() == 2


def test_topics_the_brand_has_words_for_can_be_chosen(cast, ticket):
    add_wording(purpose="surveys", version="1", text="May we ask you now and then?")
    assert wishes_of(cast.rae).topics == (Topic("marketing", True), Topic("surveys", False))
    save(ticket, wanted={"surveys": True, "partner_offers": True})
    assert acts(cast.rae)[1:] == [("surveys", "granted", "preference_page")]
    save(ticket, wanted={"surveys": False})
    assert acts(cast.rae)[2:] == [("surveys", "withdrawn", "preference_page")]
    assert wishes_of(cast.rae).topics[0].is_wanted


def test_the_wish_of_an_old_mail_is_that_of_the_record_it_became(cast, ticket):
    kept = factories.customer(email="rae@example.org")
    save(ticket, at_most_days=7)
    merge = merge_customers(kept=kept, gone=cast.rae)
    assert (dial_of(kept.pk), dial_of(cast.rae.pk)) == (7, None)
    save(ticket, at_most_days=30)
    assert dial_of(kept.pk) == 30
    undo_merge(merge=merge)
    assert dial_of(cast.rae.pk) == 30


def test_the_kept_records_own_wish_wins(cast, ticket):
    kept = factories.customer(email="rae@example.org")
    set_dial(customer=kept, at_most_days=30, paused_until=None)
    save(ticket, at_most_days=7)
    merge_customers(kept=kept, gone=cast.rae)
    assert dial_of(kept.pk) == 30


def test_a_pause_asked_for_before_two_records_became_one_holds_until_another_wish(cast, ticket):
    everybody = {"all": []}
    kept = factories.customer(email="rae@example.org")
    factories.consent(kept)
    set_dial(customer=kept, at_most_days=30, paused_until=None)
    save(ticket, paused_until=today() + timedelta(days=10))
    merge_customers(kept=kept, gone=cast.rae)
    assert reachable(everybody).left_out == {"paused_by_customer": 1}
    set_dial(customer=kept, at_most_days=7, paused_until=None)
    assert reachable(everybody).mailable == 1


def test_an_erased_persons_wishes_are_gone(cast, ticket):
    save(ticket, at_most_days=7)
    erase_customer(customer=cast.rae)
    assert Preference.objects.count() == 0
