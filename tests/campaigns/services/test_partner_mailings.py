"""Mailings of partners' offers: their own permission, and a no to one partner, at planning and at
the last look."""

import pytest

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.selectors.audience import audience_of
from campaigns.services.planning import plan
from customers.services.consents import record_consent, withdraw_consent
from tests.campaigns.mailing import EVERYBODY, customers, launching, outcomes, sender, work_off
from tests.campaigns.sink import Sink

PARTNER = {"contact_kind": "partner", "refused": ["partner:7", "offers:3"]}


def of_partner(brand):
    campaign = launching(brand)
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
