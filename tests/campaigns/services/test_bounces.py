"""Addresses leave by the stated rules: a hard bounce, three soft ones, a complaint; each once."""

from datetime import timedelta

import pytest

from accounts.models.events import DomainEvent
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery, Feedback
from campaigns.selectors.complaints import much_reported, standing_of
from campaigns.services.bounces import record_bounce, record_complaint
from config.kit.clock import now
from config.kit.errors import NotFound
from config.kit.tokens import Ticket
from customers.models.consents import Consent, Suppression
from customers.models.customers import Customer
from customers.models.identities import Identity
from customers.services.merges import merge_customers
from tests import factories
from tests.campaigns.mailing import customers


@pytest.fixture
def ticket(cast, floral):
    factories.consent(cast.rae)
    return Ticket(floral.pk, Campaign.objects.create(name="May", state="done").pk, cast.rae.pk)


def another(ticket, name="June"):
    campaign = Campaign.objects.create(name=name, state="done")
    return Ticket(ticket.brand_id, campaign.pk, ticket.customer_id)


def listed():
    return list(Suppression.objects.values_list("address", "reason", "detail"))


def feedback():
    return list(Feedback.objects.order_by("pk").values_list("kind", "detail"))


def test_a_hard_bounce_lists_the_address_at_once_and_is_told_once(ticket):
    words = "550 5.1.1 <rae@example.com>: user unknown"
    assert record_bounce(ticket, status="5.1.1", words=words)
    assert not record_bounce(ticket, status="5.1.1", words=words)
    assert feedback() == [("bounce", "5.1.1 550 5.1.1 …: user unknown")]
    assert listed() == [("rae@example.com", "bounce", "5.1.1")]


def test_three_soft_bounces_within_thirty_days_list_the_address(ticket):
    assert record_bounce(ticket, status="4.2.2")
    assert record_bounce(another(ticket), status="5.2.2")
    assert listed() == []
    assert record_bounce(another(ticket, "July"), status="4.4.1")
    assert listed() == [("rae@example.com", "bounce", "3 bounces in 30 days, the last 4.4.1")]


def test_soft_bounces_of_long_ago_do_not_count(ticket):
    for name in ("March", "April"):
        old = another(ticket, name)
        Feedback.objects.create(
            campaign_id=old.campaign_id,
            customer_id=old.customer_id,
            kind="bounce",
            at=now() - timedelta(days=30, minutes=1),
        )
    record_bounce(ticket, status="4.2.2")
    assert listed() == []


def test_soft_bounces_of_a_record_that_was_merged_count_for_the_one_it_became(ticket, cast):
    kept = factories.customer(email="rae@example.org")
    record_bounce(ticket, status="4.2.2")
    record_bounce(another(ticket), status="4.2.2")
    merge_customers(kept=kept, gone=cast.rae)
    july = Ticket(ticket.brand_id, another(ticket, "July").campaign_id, kept.pk)
    record_bounce(july, status="4.2.2")
    assert [address for address, _, _ in listed()] == ["rae@example.org"]


def test_an_address_the_customer_no_longer_has_is_listed_in_place_of_the_present_one(ticket, cast):
    assert Identity.objects.filter(customer=cast.rae, value_norm="rae@example.com").exists()
    present = "r@example.org"
    Customer.objects.filter(pk=cast.rae.pk).update(email=present, email_norm=present)
    record_bounce(ticket, status="5.1.1", address="Rae@Example.com")
    assert [address for address, _, _ in listed()] == ["rae@example.com"]


@pytest.mark.parametrize("address", ["victim@example.com", "no address"])
def test_a_report_cannot_list_somebody_else(ticket, address):
    assert record_bounce(ticket, status="5.1.1", address=address)
    assert listed() == []
    assert record_complaint(another(ticket), address=address)
    assert listed() == []


def test_a_complaint_lists_the_address_and_withdraws_the_permission_once(ticket, cast):
    assert record_complaint(ticket, words="abuse")
    assert not record_complaint(ticket, words="abuse")
    assert feedback() == [("complaint", "abuse")]
    assert listed() == [("rae@example.com", "complaint", "")]
    last = Consent.objects.filter(customer=cast.rae).order_by("pk").last()
    assert (last.status, last.source, last.proof) == (
        "withdrawn",
        "complaint",
        {"campaign_id": ticket.campaign_id},
    )


def test_a_message_of_nobody_is_refused_and_stores_nothing(ticket):
    gone = Ticket(ticket.brand_id, ticket.campaign_id, 10**9)
    for act in (record_complaint, lambda t: record_bounce(t, status="5.1.1")):
        with pytest.raises(NotFound):
            act(gone)
    assert (feedback(), listed()) == ([], [])


@pytest.fixture
def large(floral):
    """A campaign that was sent to 1,000 people and is being sent to more."""
    campaign = Campaign.objects.create(name="Large", state="sending")
    people = customers(1_000)
    Delivery.objects.bulk_create(
        Delivery(campaign=campaign, customer=each, outcome="sent") for each in people
    )
    return campaign, people


def complain(campaign, customer):
    record_complaint(Ticket(campaign.brand_id, campaign.pk, customer.pk))


def test_a_campaign_that_too_many_report_pauses_itself(large, floral):
    campaign, people = large
    everything = frozenset({"campaigns.send"})
    assert (standing_of(campaign.pk).is_much, much_reported(floral, everything)) == (False, [])
    complain(campaign, people[0])
    complain(campaign, people[1])
    campaign.refresh_from_db()
    assert campaign.state == "sending"
    assert standing_of(campaign.pk).is_much
    assert not standing_of(campaign.pk).is_too_much
    [suggestion] = much_reported(floral, everything)
    assert (suggestion.title, suggestion.detail) == (
        "Many people report “Large” as spam",
        "0.20% of those it was sent to",
    )
    assert much_reported(floral, frozenset()) == []
    complain(campaign, people[2])
    campaign.refresh_from_db()
    assert campaign.state == "paused"
    assert standing_of(campaign.pk).is_too_much
    assert DomainEvent.objects.filter(type="campaign.paused").count() == 1


def test_a_campaign_that_is_over_stays_over(large):
    campaign, people = large
    Campaign.objects.update(state="done")
    for customer in people[:5]:
        complain(campaign, customer)
    campaign.refresh_from_db()
    assert campaign.state == "done"
    assert DomainEvent.objects.filter(type="campaign.paused").count() == 0
