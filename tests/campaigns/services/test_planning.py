"""Planning: who is in, who is left out and why, and that twice is once."""

import pytest

from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery
from campaigns.models.senders import Chunk
from campaigns.selectors.audience import audience_of
from campaigns.services import planning
from campaigns.services.planning import SEND_CHUNK, plan
from customers.models.consents import Suppression
from customers.rules.splits import is_held_out
from customers.selectors.experiments import experiment_key
from customers.services.experiments import set_brand_control
from tests.campaigns.mailing import EVERYBODY, agree, customers, launching


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


def held_out(campaign):
    rows = Delivery.objects.filter(campaign=campaign).order_by("customer_id")
    return list(rows.values_list("customer_id", "outcome", "reason"))


def test_existing_brands_hold_nobody_out(floral):
    customers(50)
    campaign = launching(floral)
    plan(campaign.pk)
    assert (reread(campaign).planned, held_out(campaign)) == (50, [])


def test_the_brands_control_group_gets_ghosts_and_the_others_mail(floral):
    people = customers(60)
    group = set_brand_control(50)
    campaign = launching(floral)
    plan(campaign.pk)
    salt = bytes(group.salt)
    held = [p.pk for p in people if is_held_out(salt, p.pk, percent=50)]
    after = reread(campaign)
    assert held
    assert held_out(campaign) == [(pk, "skipped", "brand_control") for pk in held]
    assert sorted(planned_ids(campaign)) == [p.pk for p in people if p.pk not in held]
    # Rae of the cast has not consented: who could not be written to gets no ghost.
    assert after.skipped == {"brand_control": len(held), "no_consent": 1}
    assert after.planned == 60 - len(held)


def test_a_campaign_holds_out_its_own_share_besides(floral):
    people = customers(60)
    group = set_brand_control(40)
    campaign = launching(floral)
    campaign.control_percent = 40
    campaign.save()
    plan(campaign.pk)
    salt, key = bytes(group.salt), experiment_key(f"campaign {campaign.pk}")
    reasons = {}
    for person in people:
        if is_held_out(salt, person.pk, percent=40):
            reasons[person.pk] = "brand_control"
        elif is_held_out(key, person.pk, percent=40):
            reasons[person.pk] = "control"
    assert set(reasons.values()) == {"brand_control", "control"}
    assert held_out(campaign) == [(pk, "skipped", reason) for pk, reason in reasons.items()]
    assert not set(planned_ids(campaign)) & set(reasons)


def test_two_campaigns_hold_out_different_people(floral):
    customers(60)
    drawn = []
    for name in ("One", "Two"):
        campaign = launching(floral, name=name)
        campaign.control_percent = 50
        campaign.save()
        plan(campaign.pk)
        drawn.append({customer_id for customer_id, _, _ in held_out(campaign)})
    assert drawn[0] != drawn[1]


def test_who_is_held_out_does_not_depend_on_who_may_be_written_to(floral):
    people = customers(120, consented=False)
    set_brand_control(50)
    agree(people[:60])
    first = launching(floral, name="One")
    plan(first.pk)
    agree(people[60:])
    second = launching(floral, name="Two")
    plan(second.pk)
    ghosts = {customer_id for customer_id, _, _ in held_out(first)}
    later = {customer_id for customer_id, _, _ in held_out(second)}
    assert ghosts
    assert ghosts == later & {person.pk for person in people[:60]}


def test_a_group_that_grows_keeps_those_who_were_in(floral):
    customers(120)
    drawn = []
    for percent in (10, 50, 0, 50):
        set_brand_control(percent)
        campaign = launching(floral, name=f"At {percent}, {len(drawn)}")
        plan(campaign.pk)
        drawn.append({customer_id for customer_id, _, _ in held_out(campaign)})
    assert drawn[0] < drawn[1]
    assert drawn[2] == set()
    assert drawn[3] == drawn[1]


def test_who_shares_an_address_with_somebody_held_out_gets_no_mail_either(floral):
    people = customers(40)
    twins = customers(40, prefix="twin")
    for person, twin in zip(people, twins, strict=True):
        twin.email = twin.email_norm = person.email
        twin.save()
    set_brand_control(50)
    campaign = launching(floral)
    plan(campaign.pk)
    after = reread(campaign)
    assert after.skipped["same_address"] == 40
    assert after.planned + after.skipped["brand_control"] == 40
    assert not set(planned_ids(campaign)) & {twin.pk for twin in twins}


def test_pre_flight_foresees_exactly_what_planning_finds(floral):
    customers(60)
    customers(5, consented=False, prefix="silent")
    set_brand_control(10)
    campaign = launching(floral)
    campaign.control_percent = 20
    campaign.save()
    foreseen = audience_of(EVERYBODY, as_of=floral.today, campaign=campaign)
    plan(campaign.pk)
    after = reread(campaign)
    assert (foreseen.reachable, dict(foreseen.left_out)) == (after.planned, after.skipped)
    assert foreseen.members == 66
