"""What a partner learns of an audience, and what the brand does."""

from datetime import timedelta

import pytest

from campaigns.models.messages import Delivery
from config.kit.errors import Conflict
from customers.models.customers import Customer
from customers.services.consents import withdraw_consent
from partners.models.offers import ReachAsk
from partners.rules import reach as rules
from partners.rules.content import AudienceWish
from partners.rules.reach import band, coarse
from partners.selectors.offers import content_of, offer_day
from partners.selectors.reach import matched
from partners.services.reach import band_for
from tests.partners.reaching import sent, who_said_yes
from tests.partners.services.offering import live


def people(french: int, german: int) -> list[Customer]:
    rows = who_said_yes(french + german)
    for place, row in enumerate(rows):
        row.country = "France" if place < french else "Germany"
    Customer.objects.bulk_update(rows, ["country"])
    return rows


FRANCE, GERMANY = AudienceWish(countries=["France"]), AudienceWish(countries=["Germany"])
BOTH = AudienceWish(countries=["Germany", "France"])


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "fewer than 50"),
        (49, "fewer than 50"),
        (50, "50-99"),
        (100, "100-249"),
        (2_499, "1,000-2,499"),
        (10**6, "500,000 or more"),
    ],
)
def test_bands_begin_at_fifty(size, said):
    assert band(size) == said


def test_nearly_the_same_wish_is_the_same_question():
    one = AudienceWish(bought=["Roses", "Wine"], within_days=61, least_orders=4, words="Please")
    two = AudienceWish(bought=["Wine", "Roses"], within_days=90, least_orders=3)
    assert coarse(one) == coarse(two)
    assert rules.hash_of(one) == rules.hash_of(two)
    assert rules.hash_of(one) != rules.hash_of(AudienceWish(bought=["Wine"]))


def test_segments_that_differ_by_one_person_have_the_same_band(dinner):
    people(french=49, german=1)
    assert band_for(dinner, FRANCE) == "fewer than 50"
    assert band_for(dinner, BOTH) == "fewer than 50"
    assert band_for(dinner, AudienceWish()) == "fewer than 50"


def test_the_order_of_questions_tells_nothing_either(dinner):
    people(french=49, german=1)
    assert band_for(dinner, BOTH) == "50-99"
    assert band_for(dinner, FRANCE) == "50-99"


def test_audiences_that_are_apart_have_answers_of_their_own(dinner, wines):
    people(french=55, german=20)
    assert band_for(dinner, FRANCE) == "50-99"
    assert band_for(dinner, GERMANY) == "fewer than 50"
    assert band_for(wines, GERMANY) == "fewer than 50"


def test_one_more_customer_the_next_day_does_not_move_the_band(dinner, monkeypatch):
    people(french=49, german=0)
    assert band_for(dinner, FRANCE) == "fewer than 50"
    tomorrow = offer_day() + timedelta(days=1)
    monkeypatch.setattr("partners.services.reach.offer_day", lambda: tomorrow)
    extra = who_said_yes(1, prefix="late")[0]
    Customer.objects.filter(pk=extra.pk).update(country="France")
    assert band_for(dinner, FRANCE) == "fewer than 50"
    assert ReachAsk.objects.count() == 2


def test_questions_of_a_day_are_counted_and_the_same_one_is_free(dinner, wines, monkeypatch):
    who_said_yes(1)
    monkeypatch.setattr("partners.services.reach.BUDGET", 2)
    for wish in (FRANCE, GERMANY, FRANCE, GERMANY):
        band_for(dinner, wish)
    with pytest.raises(Conflict, match="different questions today"):
        band_for(dinner, BOTH)
    assert ReachAsk.objects.count() == 2
    assert band_for(dinner, FRANCE) == "fewer than 50"
    assert band_for(wines, BOTH) == "fewer than 50"


def test_the_brand_sees_exact_counts_and_how_many_were_mailed_of_late(dinner):
    rows = people(french=3, german=2)
    offer = sent(dinner)
    for row in rows[:2]:
        Delivery.objects.create(campaign_id=offer.campaign_id, customer=row, outcome="sent")
    withdraw_consent(customer=rows[2], source="page", purpose=f"partner:{dinner.pk}")
    found = matched(content_of(live(dinner, wish=FRANCE, headline="Another")), dinner)
    assert (found.size, found.own_buyers, found.mailed_30, found.mailed_90) == (2, 0, 2, 2)
    assert found.reach.left_out == {"said_no": 1}
