"""Planning: who is in, who is left out and why, and that twice is once."""

import pytest

from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.senders import Chunk
from campaigns.services import planning
from campaigns.services.planning import SEND_CHUNK, plan
from customers.models.consents import Suppression
from tests.campaigns.mailing import agree, customers, launching


def reread(campaign):
    return Campaign.objects.get(pk=campaign.pk)


def planned_ids(campaign):
    chunks = Chunk.objects.filter(campaign=campaign).order_by("number")
    return [customer_id for chunk in chunks for customer_id in chunk.customer_ids]


def test_everybody_who_may_be_written_to_is_planned_once(floral):
    people = customers(7)
    campaign = launching(floral)
    plan(campaign.pk)
    after = reread(campaign)
    assert (after.state, after.planned, after.chunks_total) == ("sending", 7, 1)
    assert sorted(planned_ids(campaign)) == [person.pk for person in people]
    chunk = Chunk.objects.get(campaign=campaign)
    assert (chunk.state, chunk.owner, chunk.intent) == ("planned", None, 0)
    item = WorkItem.objects.get(kind=SEND_CHUNK)
    assert (item.brand_id, item.ref_id, item.owner) == (floral.pk, chunk.pk, None)


def test_those_left_out_are_counted_by_the_first_reason_that_holds(floral):
    ok = customers(3)
    customers(4, consented=False, prefix="silent")
    withdrawn = customers(2, consented=False, prefix="gone")
    agree(withdrawn, status="withdrawn")
    nameless = customers(1, prefix="x")[0]
    nameless.email = nameless.email_norm = ""
    nameless.save()
    Suppression.objects.create(channel="email", address="c1@example.com", reason="bounce")
    twin = customers(1, prefix="twin")[0]
    twin.email = twin.email_norm = "c0@example.com"
    twin.save()
    campaign = launching(floral)
    plan(campaign.pk)
    after = reread(campaign)
    # Rae of the cast has not consented either.
    assert after.skipped == {
        "no_consent": 7,
        "no_address": 1,
        "suppressed": 1,
        "same_address": 1,
    }
    assert after.planned == 2
    assert sorted(planned_ids(campaign)) == [ok[0].pk, ok[2].pk]


def test_a_second_planning_changes_nothing(floral):
    customers(3)
    campaign = launching(floral)
    plan(campaign.pk)
    customers(2, prefix="late")
    plan(campaign.pk)
    assert reread(campaign).planned == 3
    assert Chunk.objects.count() == WorkItem.objects.filter(kind=SEND_CHUNK).count() == 1


def test_a_cancelled_campaign_is_not_planned(floral):
    customers(3)
    campaign = launching(floral)
    Campaign.objects.update(state="cancelled")
    plan(campaign.pk)
    assert (reread(campaign).state, Chunk.objects.count()) == ("cancelled", 0)
    assert not WorkItem.objects.filter(kind=SEND_CHUNK).exists()


def test_nobody_to_write_to_means_done(floral):
    campaign = launching(floral)
    plan(campaign.pk)
    after = reread(campaign)
    assert (after.state, after.planned, after.skipped) == ("done", 0, {"no_consent": 1})
    assert after.finished_at is not None


def test_chunks_are_cut_at_their_size_and_keep_a_domain_together(floral, monkeypatch):
    monkeypatch.setattr(planning, "CHUNK_SIZE", 3)
    people = customers(7)
    for person in people[::2]:
        person.email_norm = person.email_norm.replace("example.com", "example.org")
        person.save()
    campaign = launching(floral)
    plan(campaign.pk)
    sizes = [len(c.customer_ids) for c in Chunk.objects.order_by("number")]
    assert sizes == [3, 3, 1]
    assert planned_ids(campaign) == [p.pk for p in (*people[1::2], *people[::2])]


def test_the_segment_decides_who_is_asked(floral):
    people = customers(4)
    people[2].country = "France"
    people[2].save()
    rule = {"all": [{"kind": "attribute", "field": "country", "op": "is", "values": ["FR"]}]}
    campaign = launching(floral, rule=rule)
    plan(campaign.pk)
    assert planned_ids(campaign) == [people[2].pk]


def test_no_other_brands_customers_are_ever_planned(cast):
    with brand_scope(cast.other_brand):
        customers(5, prefix="theirs")
    with brand_scope(cast.floral):
        mine = customers(2)
        campaign = launching(cast.floral)
        plan(campaign.pk)
        assert sorted(planned_ids(campaign)) == [person.pk for person in mine]


@pytest.mark.parametrize("state", ["paused", "cancelled"])
def test_waking_makes_waiting_chunks_due_at_once(floral, state):
    customers(2)
    campaign = launching(floral)
    plan(campaign.pk)
    WorkItem.objects.filter(kind=SEND_CHUNK).update(due_at="2999-01-01T00:00Z")
    planning.wake_campaign(campaign.pk)
    assert WorkItem.objects.filter(kind=SEND_CHUNK, due_at__year__lt=2999).count() == 1
