"""An offer becomes a mailing of the brand's: to whom, in which words, and how far it goes."""

import re

import pytest

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.services.launch import NotReady
from campaigns.services.planning import plan
from config.kit.errors import Conflict
from customers.models.segments import Segment
from customers.services.consents import withdraw_consent
from partners.models.offers import OfferRules, OfferStep
from partners.models.partnerships import OfferCategory
from partners.models.vouchers import VoucherPool
from partners.rules.content import AudienceWish
from partners.rules.revenue_share import Deal
from partners.services import delivery
from partners.services.delivery import send_offer
from partners.services.running import end_offer, pause_offer, resume_offer
from tests.campaigns.mailing import customers, outcomes, sender, work_off
from tests.campaigns.sink import Sink
from tests.partners.conftest import make_partnership
from tests.partners.reaching import mailing_of, sent, who_said_yes
from tests.partners.services.offering import live


def test_it_goes_to_those_who_said_yes_and_to_nobody_else(dinner):
    customers(3)
    people = who_said_yes(5)
    withdraw_consent(customer=people[0], source="page", purpose=f"partner:{dinner.pk}")
    withdraw_consent(customer=people[1], source="page", purpose=f"offers:{dinner.category_id}")
    offer = sent(dinner)
    campaign = mailing_of(offer)
    assert (campaign.contact_kind, campaign.intent, campaign.state) == (
        "partner",
        "sell",
        "sending",
    )
    assert campaign.refused == [f"partner:{dinner.pk}", f"offers:{dinner.category_id}"]
    assert (campaign.planned, campaign.skipped) == (3, {"no_consent": 4, "said_no": 2})
    assert OfferStep.objects.filter(offer=offer, act="sent", version=1).count() == 1


def test_without_a_yes_nothing_is_sent_nor_left_behind(dinner):
    customers(3)
    offer = live(dinner)
    with pytest.raises(NotReady, match="need a yes of their own"):
        send_offer(offer)
    offer.refresh_from_db()
    assert offer.campaign_id is None
    kept = [model.objects.count() for model in (Campaign, Segment, VoucherPool)]
    assert kept == [0, 0, 0]
    delivery.send_when_started(offer.pk)
    [step] = OfferStep.objects.filter(offer=offer, act="not_sent")
    assert "need a yes of their own" in step.note


def test_it_is_sent_once_and_only_while_it_is_live(dinner):
    who_said_yes(2)
    offer = sent(dinner)
    with pytest.raises(Conflict, match="was sent already"):
        send_offer(offer)
    ended = end_offer(live(dinner, headline="Another"))
    with pytest.raises(Conflict, match="Only an offer that is live"):
        send_offer(ended)
    assert Campaign.objects.count() == 1


def test_an_offer_below_the_brands_floor_is_not_sent(dinner):
    who_said_yes(2)
    # 5 of 1,000 redeem, and 10 % of a bill of 30.00 is 3.00: 15.00.
    OfferRules.objects.create(floor_minor=1_501)
    offer = live(dinner)
    with pytest.raises(Conflict, match=r"£15\.00 for 1,000") as refused:
        send_offer(offer)
    assert refused.value.code == "below_floor"
    assert Campaign.objects.count() == 0
    OfferRules.objects.update(floor_minor=1_500)
    assert send_offer(offer).state == "launching"
    paid = live(dinner, headline="We pay", deal=Deal(payer="brand"))
    OfferRules.objects.update(floor_minor=10**9)
    assert send_offer(paid).state == "launching"


def test_the_partners_wish_chooses_the_audience(dinner):
    people = who_said_yes(4)
    for row in people[:3]:
        row.country = "France"
        row.save()
    wish = AudienceWish(countries=["France"])
    assert mailing_of(sent(dinner, wish=wish)).planned == 3


def test_the_control_group_of_an_offer_is_held_out(dinner):
    who_said_yes(60)
    campaign = mailing_of(sent(dinner, control_percent=50))
    assert campaign.planned + campaign.skipped["control"] == 60
    assert 10 < campaign.planned < 50


def test_pausing_resuming_and_ending_the_offer_do_the_same_to_its_mailing(dinner):
    who_said_yes(2)
    offer = sent(dinner)

    def state():
        return mailing_of(offer).state

    pause_offer(offer)
    delivery.pause_mailing(offer.pk)
    assert state() == "paused"
    resume_offer(offer)
    delivery.send_when_started(offer.pk)
    assert state() == "sending"
    end_offer(offer)
    delivery.cancel_mailing(offer.pk)
    assert state() == "cancelled"
    delivery.cancel_mailing(offer.pk)
    assert state() == "cancelled"


def test_an_offer_paused_while_its_audience_is_chosen_is_asked_about_again(dinner):
    who_said_yes(2)
    offer = live(dinner)
    campaign = send_offer(offer)
    with pytest.raises(Conflict):
        delivery.pause_mailing(offer.pk)
    plan(campaign.pk)
    delivery.pause_mailing(offer.pk)
    assert mailing_of(offer).state == "paused"


@pytest.mark.django_db(transaction=True)
def test_the_mail_says_the_approved_words_and_none_of_the_partners_tags(cast, pia, tmp_path):
    with brand_scope(cast.floral):
        people = who_said_yes(2)
        offer = sent(
            make_partnership(pia, category=OfferCategory.objects.create(name="Dinner")),
            headline="Dinner {{ email }}",
            text="Four courses\n\nwith {% if city %} wine <b>&",
            conditions="Not on Fridays.",
            link="https://lucia.example/",
        )
        withdraw_consent(customer=people[1], source="page", purpose="partner_offers")
        campaign = mailing_of(offer)
    with Sink() as sink, sender(sink.url, tmp_path) as process:
        work_off(process)
    assert set(sink.accepted) == {"y0@example.com"}
    assert outcomes(cast.floral, campaign)["y1@example.com"] == ("skipped", "no_consent")
    content = sink.contents["y0@example.com"].decode()
    assert "Subject: Dinner { { email }}" in content
    assert "Not on Fridays." in content
    assert "y1@example.com" not in content
    assert not re.search(r"lucia\.example", content)
