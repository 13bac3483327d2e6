"""What partners see of results: never a number of few people, never a person."""

from campaigns.models.messages import Delivery
from partners.rules.results import Results, for_partner
from partners.selectors.results import counts_of, results_of
from partners.services.claims import take_offer
from partners.services.redemptions import redeem
from tests.partners.conftest import partner_path
from tests.partners.reaching import sent, who_said_yes


def test_no_number_of_few_people_is_told_and_none_by_subtraction():
    told = for_partner(Results(120, 60, 25, 12, 4_500))
    assert told == Results(120, 60, 20, 10, 4_500)
    assert for_partner(Results(120, 9, 25, 20, 1)) == Results(120, None, 20, None, None)
    assert for_partner(Results(120, 115, 25, 25, 7)) == Results(120, None, 20, 20, 7)
    # Who reads it every minute sees nobody come.
    assert for_partner(Results(129, 9, 25, 20, 1)) == Results(120, None, 20, None, None)
    assert for_partner(Results(9, 5, 5, 5, 0)) == Results(None, None, None, None, None)


def test_brand_and_partner_read_the_same_results_each_as_they_may(dinner, pia_client):
    people = who_said_yes(12)
    offer = sent(dinner, headline="Four courses")
    Delivery.objects.bulk_create(
        Delivery(campaign_id=offer.campaign_id, customer=row, outcome="sent") for row in people
    )
    voucher = take_offer(offer, people[0])
    redeem(dinner, code=voucher.code, key="k1", via="api", paid_minor=5_000)
    assert counts_of(offer) == Results(12, 0, 1, 1, 0)
    assert results_of(offer) == Results(10, None, None, None, None)
    page = pia_client.get(partner_path(dinner, "results/")).content.decode()
    assert "Four courses" in page
    assert page.count("fewer than 10") == 3
    assert "10 or more" in page
    assert people[0].email not in page
    assert voucher.code not in page


def test_another_partners_results_are_not_there(dinner, wines, pia_client):
    who_said_yes(2)
    sent(wines, headline="Two bottles")
    assert "Two bottles" not in pia_client.get(partner_path(dinner, "results/")).content.decode()
    assert pia_client.get(partner_path(wines, "results/")).status_code == 404


def test_offers_are_shown_a_few_at_a_time(dinner, pia_client, monkeypatch):
    monkeypatch.setattr("partners.views.portal_results._SHOWN", 1)
    who_said_yes(1)
    first, second = sent(dinner, headline="Soup"), sent(dinner, headline="Salad")
    path = partner_path(dinner, "results/")
    newest, older = (
        pia_client.get(f"{path}{query}").content.decode() for query in ("", f"?after={second.pk}")
    )
    assert "Salad" in newest
    assert "Soup" not in newest
    assert f"?after={second.pk}" in newest
    assert first.name in older
    assert "Salad" not in older
    assert "?after=" not in older
