"""Mailings of partners' offers: their own permission, and a no to one partner, at planning and at
the last look."""

from datetime import timedelta

import pytest

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery
from campaigns.rules.pressure import Cap, Rules
from campaigns.selectors.audience import audience_of
from campaigns.selectors.policy import effect_of, own_words
from campaigns.selectors.turns import Pressure, pressure_on
from campaigns.services.planning import plan
from campaigns.services.policy import set_contact_rules
from config.kit.clock import now
from customers.services.consents import record_consent, withdraw_consent
from tests.campaigns.mailing import EVERYBODY, customers, launching, outcomes, sender, work_off
from tests.campaigns.sink import Sink

PARTNER = {"contact_kind": "partner", "refused": ["partner:7", "offers:3"]}


def of_partner(brand, name="Spring"):
    campaign = launching(brand, name=name)
    Campaign.objects.filter(pk=campaign.pk).update(**PARTNER)
    campaign.refresh_from_db()
    return campaign


def test_permission_for_news_alone_reaches_nobody(floral):
    customers(3)
    campaign = of_partner(floral)
    counted = audience_of(EVERYBODY, as_of=floral.today, campaign=campaign)
    assert (counted.reachable, counted.left_out) == (0, {"no_consent": 4})
    plan(campaign.pk)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.planned) == ("done", 0)
    assert campaign.skipped == {"no_consent": 4}


def got(campaign, rows, *, days_ago):
    at = now() - timedelta(days=days_ago)
    Delivery.objects.bulk_create(
        Delivery(campaign=campaign, customer=row, outcome="sent", at=at) for row in rows
    )


def test_a_partners_offer_waits_for_30_days_after_the_last_unless_the_brand_says_otherwise(floral):
    early, late, never = rows = customers(3)
    ids = [row.pk for row in rows]
    got(of_partner(floral, "First"), [early], days_ago=31)
    got(of_partner(floral, "Second"), [late], days_ago=29)
    got(launching(floral, name="News"), [never], days_ago=1)
    news, offer = launching(floral, name="More news"), of_partner(floral, "Third")
    assert pressure_on(news, ids) == Pressure()
    assert pressure_on(offer, ids) == Pressure(waiting=1)
    set_contact_rules(Rules(own={"partner": (Cap(1, days=40),)}))
    assert pressure_on(offer, ids) == Pressure(waiting=2, expiring=2)
    set_contact_rules(Rules(own={}, caps=(Cap(1, days=30),)))
    assert pressure_on(offer, ids) == Pressure(waiting=2, expiring=1)
    set_contact_rules(Rules(own={}))
    assert pressure_on(offer, ids) == Pressure()


def test_the_effect_of_an_own_limit_is_seen_before_it_holds(floral):
    rows = customers(2)
    for days_ago in (1, 5, 60):
        got(of_partner(floral, f"Offer {days_ago}"), rows, days_ago=days_ago)
    got(launching(floral, name="News"), rows, days_ago=2)
    assert effect_of(Rules(own={})).held_back == 0
    effect = effect_of(Rules())
    assert (effect.mails, effect.never, effect.at_once) == (8, 2, 6)
    assert own_words(Rules()) == ["Offers of partners: at most 1 mail in any 30 days"]


@pytest.mark.django_db(transaction=True)
def test_a_no_between_planning_and_sending_holds(cast, tmp_path):
    with brand_scope(cast.floral):
        rows = customers(5)
        for row in rows:
            record_consent(customer=row, source="form", purpose="partner_offers")
        withdraw_consent(customer=rows[4], source="page", purpose="offers:3")
        campaign = of_partner(cast.floral)
        plan(campaign.pk)
        campaign.refresh_from_db()
        assert (campaign.planned, campaign.skipped) == (4, {"no_consent": 1, "said_no": 1})
        withdraw_consent(customer=rows[0], source="page", purpose="partner_offers")
        withdraw_consent(customer=rows[1], source="page", purpose="partner:7")
        withdraw_consent(customer=rows[2], source="unsubscribe")
    with Sink() as sink, sender(sink.url, tmp_path) as process:
        work_off(process)
    assert set(sink.accepted) == {"c3@example.com"}
    assert outcomes(cast.floral, campaign) == {
        "c0@example.com": ("skipped", "no_consent"),
        "c1@example.com": ("skipped", "said_no"),
        "c2@example.com": ("skipped", "no_consent"),
        "c3@example.com": ("sent", ""),
    }
