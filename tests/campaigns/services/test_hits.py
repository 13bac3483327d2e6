"""Hits are stored once, judged with their neighbours, and only people's are asked about."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Feedback
from campaigns.services.hits import Hit, judge_again, record_hits
from customers.models.customers import Customer
from customers.models.segments import DirtyCustomer
from customers.segments.compiler import compile_rule
from tests.campaigns.mailing import customers

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def message(floral):
    [ann] = customers(1)
    return floral, Campaign.objects.create(name="May", state="done"), ann


def hit(message, seconds=0.0, *, link=1, kind="click", agent=FIREFOX, **changes):
    floral, campaign, customer = message
    fields = {"network": "203.0.113.0/24", "hints": "", **changes}
    return Hit(
        brand_id=floral.pk,
        campaign_id=campaign.pk,
        customer_id=customer.pk,
        kind=kind,
        link=link if kind == "click" else None,
        at=NOON + timedelta(seconds=seconds),
        user_agent=agent,
        **fields,
    )


def found():
    rows = Feedback.objects.order_by("at", "pk")
    return [(row.kind, row.link, row.is_machine) for row in rows]


def clickers():
    clicked = {"kind": "message", "op": "clicked"}
    compiled = compile_rule({"all": [clicked]}, as_of=date(2026, 5, 2))
    with connection.cursor() as cursor:
        cursor.execute(compiled.sql, compiled.params)
        return {row[0] for row in cursor.fetchall()}


def dirty():
    return set(DirtyCustomer.objects.values_list("customer_id", flat=True))


def test_everything_that_judging_again_needs_is_kept(message):
    record_hits([hit(message, hints="prefetch")])
    row = Feedback.objects.get()
    assert (row.user_agent, row.network, row.hints) == (FIREFOX, "203.0.113.0/24", "prefetch")
    assert (row.at, row.is_machine, row.simulated) == (NOON, True, False)


def test_a_hit_that_is_told_twice_is_stored_once(message):
    record_hits([hit(message), hit(message)])
    record_hits([hit(message), hit(message, 5)])
    assert found() == [("click", 1, False), ("click", 1, False)]


def test_a_gateway_burst_does_not_enter_click_segments(message):
    ann = message[2]
    record_hits([hit(message, 0, link=1)])
    assert clickers() == {ann.pk}
    DirtyCustomer.objects.all().delete()
    record_hits([hit(message, 0.3, link=2)])
    record_hits([hit(message, 0.6, link=3)])
    assert found() == [("click", 1, True), ("click", 2, True), ("click", 3, True)]
    assert clickers() == set()
    assert dirty() == {ann.pk}
    record_hits([hit(message, 3600, link=2)])
    assert clickers() == {ann.pk}


def test_a_burst_in_one_batch_looks_at_nobody_again(message):
    record_hits([hit(message, 0.1 * link, link=link) for link in range(1, 9)])
    assert found() == [("click", link, True) for link in range(1, 9)]
    assert (clickers(), dirty()) == (set(), set())


def test_opens_are_stored_and_no_segment_looks_again(message):
    record_hits([hit(message, kind="open"), hit(message, 1, kind="open", agent="Mozilla/5.0")])
    assert found() == [("open", None, False), ("open", None, True)]
    assert (clickers(), dirty()) == (set(), set())


def test_bursts_are_of_one_message_only(message):
    floral, campaign, _ = message
    other = customers(1, prefix="other")[0]
    record_hits([hit(message, 0, link=1), hit((floral, campaign, other), 0.1, link=2)])
    assert found() == [("click", 1, False), ("click", 2, False)]
    assert dirty() == {message[2].pk, other.pk}


def test_who_was_merged_since_clicks_as_who_they_became(message, cast):
    Customer.objects.filter(pk=message[2].pk).update(merged_into=cast.rae)
    record_hits([hit(message)])
    assert dirty() == {cast.rae.pk}
    assert Feedback.objects.get().customer_id == message[2].pk


def test_what_two_processes_saw_apart_is_judged_together_at_night(message):
    record_hits([hit(message, 0, link=1)])
    # The other process's half of the burst, as it would stand if both were stored at once.
    Feedback.objects.create(
        campaign=message[1], customer=message[2], kind="click", link=2, at=NOON, user_agent=FIREFOX
    )
    DirtyCustomer.objects.all().delete()
    assert judge_again(since=NOON - timedelta(days=1)) == 2
    assert found() == [("click", 1, True), ("click", 2, True)]
    assert dirty() == {message[2].pk}
    assert judge_again(since=NOON - timedelta(days=1)) == 0


def test_judging_again_also_clears_whom_a_rule_no_longer_accuses(message, settings):
    settings.SCANNER_NETWORKS = ["203.0.113.0/24"]
    record_hits([hit(message)])
    assert found() == [("click", 1, True)]
    settings.SCANNER_NETWORKS = []
    assert judge_again(since=NOON) == 1
    assert found() == [("click", 1, False)]
    assert clickers() == {message[2].pk}


def test_made_up_clicks_are_left_alone(message):
    Feedback.objects.create(
        campaign=message[1], customer=message[2], kind="click", link=0, at=NOON, simulated=True
    )
    assert judge_again(since=NOON - timedelta(days=1)) == 0
    record_hits([hit(message, 0.1, link=2)])
    assert found() == [("click", 0, False), ("click", 2, False)]


def test_a_hit_of_a_campaign_that_is_gone_is_dropped_alone(message):
    floral, campaign, ann = message
    gone = hit((floral, Campaign(pk=campaign.pk + 1), ann))
    record_hits([gone, hit(message)])
    assert found() == [("click", 1, False)]


def test_nothing_but_the_judgement_of_a_hit_can_change(message, cast):
    record_hits([hit(message)])
    with pytest.raises(Exception, match="permission denied"), brand_scope(cast.floral):
        Feedback.objects.update(link=2)
