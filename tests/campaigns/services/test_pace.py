"""Limits on how fast a brand's mail leaves: held over all senders, and nobody else waits."""

import pytest
from django.db import connection

from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.senders import Chunk
from campaigns.models.transports import Pace
from campaigns.rules import pace
from campaigns.services import planning
from campaigns.services.planning import SEND_CHUNK
from campaigns.services.transports import set_pace
from customers.models.customers import Customer
from tests.campaigns.mailing import customers, launched, leave, outcomes, sender, work_off
from tests.campaigns.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

# At one mail a minute, a window of this many seconds lets 16 leave at once, and the next one much
# later than any test takes.
WINDOW = 1000.0
BUNDLE = 16


@pytest.fixture(autouse=True)
def _long_window(monkeypatch):
    monkeypatch.setattr(pace, "WINDOW_SECONDS", WINDOW)


@pytest.fixture(params=["file", "db"])
def folder(request, tmp_path):
    return tmp_path / "journal" if request.param == "file" else None


def people(brand, count, prefix="c"):
    with brand_scope(brand):
        return customers(count, prefix=prefix)


def limit(brand, per_minute=1, **domains):
    named = {f"{name}.example": each for name, each in domains.items()}
    with brand_scope(brand):
        set_pace(per_minute=per_minute, domains=named)


def time_passes(brand, process):
    """As if the windows were free again."""
    with brand_scope(brand):
        Pace.objects.update(ready_at="2026-01-01T00:00Z")
    parked = process._parking
    parked._parked = {
        brand_id: type(each)(each.claim, each.turn, 0.0, each.is_whole)
        for brand_id, each in parked._parked.items()
    }


def state(brand, campaign):
    with brand_scope(brand):
        return Campaign.objects.get(pk=campaign.pk).state


def test_a_bundle_leaves_and_the_rest_waits_while_others_go_on(cast, folder):
    people(cast.floral, 40, "f")
    people(cast.grocer, 3, "g")
    limit(cast.floral)
    campaign, other = launched(cast.floral), launched(cast.grocer)
    with Sink() as sink, sender(sink.url, folder) as process:
        work_off(process)
        assert sum(address.startswith("f") for address in sink.accepted) == BUNDLE
        assert state(cast.grocer, other) == "done"
        assert (len(outcomes(cast.floral, campaign)), state(cast.floral, campaign)) == (
            BUNDLE,
            "sending",
        )
        for left in (2 * BUNDLE, 40):
            time_passes(cast.floral, process)
            work_off(process)
            assert len(outcomes(cast.floral, campaign)) == left
    assert (state(cast.floral, campaign), set(sink.accepted.values())) == ("done", {1})
    assert not WorkItem.objects.filter(kind=SEND_CHUNK).exists()


def test_two_senders_share_one_limit(cast, tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "CHUNK_SIZE", 10)
    people(cast.floral, 40)
    limit(cast.floral)
    launched(cast.floral)
    with (
        Sink() as sink,
        sender(sink.url, tmp_path / "one") as one,
        sender(sink.url, tmp_path / "two") as two,
    ):
        work_off(one)
        work_off(two)
    # One more for each minute that the machine took over this.
    assert BUNDLE <= len(sink.accepted) <= BUNDLE + 5


def test_what_is_not_used_is_given_back(cast, folder):
    rows = people(cast.floral, 8)
    limit(cast.floral)
    launched(cast.floral)
    with brand_scope(cast.floral):
        Customer.objects.filter(pk__in=[row.pk for row in rows[:5]]).update(
            erased_at="2026-11-01T00:00Z"
        )
    with Sink() as sink, sender(sink.url, folder) as process:
        work_off(process)
    assert len(sink.accepted) == 3
    with brand_scope(cast.floral), connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM ready_at - now()) FROM campaigns_pace")
        assert cursor.fetchone()[0] <= 3 * 60


def test_a_domain_with_a_limit_holds_up_only_mails_to_it(cast, folder, monkeypatch):
    monkeypatch.setattr(planning, "CHUNK_SIZE", 20)
    with brand_scope(cast.floral):
        rows = customers(60)
        for number, row in enumerate(rows):
            if number < 45:
                row.email = row.email_norm = f"c{number}@slow.example"
        Customer.objects.bulk_update(rows, ["email", "email_norm"])
    limit(cast.floral, None, slow=1)
    campaign = launched(cast.floral)
    with Sink() as sink, sender(sink.url, folder) as process:
        work_off(process)
        at_slow = sum(address.endswith("@slow.example") for address in sink.accepted)
        assert (at_slow, len(sink.accepted)) == (BUNDLE, BUNDLE + 15)
        for _ in range(5):
            time_passes(cast.floral, process)
            WorkItem.objects.filter(kind=SEND_CHUNK).update(due_at="2026-01-01T00:00Z")
            work_off(process)
    assert (len(sink.accepted), set(sink.accepted.values())) == (60, {1})
    assert set(outcomes(cast.floral, campaign).values()) == {("sent", "")}
    assert state(cast.floral, campaign) == "done"


def test_who_was_told_later_is_not_asked_again_in_each_bundle(cast, folder):
    people(cast.floral, 2 * BUNDLE + 8)
    limit(cast.floral)
    campaign = launched(cast.floral)
    busy = {f"c{n}@example.com": "rcpt:451 busy" for n in range(3)}
    with Sink(busy.get) as sink, sender(sink.url, folder) as process:
        for _ in range(4):
            work_off(process)
            time_passes(cast.floral, process)
        asked = [command for command in sink.commands if command == b"RCPT TO:<c1@example.com>"]
        assert (len(asked), len(sink.accepted)) == (1, 2 * BUNDLE + 5)
        with brand_scope(cast.floral):
            assert list(Chunk.objects.values_list("state", "owner")) == [("planned", None)]
        busy.clear()
        WorkItem.objects.filter(kind=SEND_CHUNK).update(due_at="2026-01-01T00:00Z")
        work_off(process)
    assert set(outcomes(cast.floral, campaign).values()) == {("sent", "")}
    assert set(sink.accepted.values()) == {1}


def test_a_campaign_that_is_cancelled_meanwhile_sends_no_more(cast, folder):
    people(cast.floral, 40)
    limit(cast.floral)
    campaign = launched(cast.floral)
    with Sink() as sink, sender(sink.url, folder) as process:
        work_off(process)
        with brand_scope(cast.floral):
            Campaign.objects.filter(pk=campaign.pk).update(state="cancelled")
        time_passes(cast.floral, process)
        work_off(process)
    assert len(sink.accepted) == BUNDLE
    results = list(outcomes(cast.floral, campaign).values())
    assert results.count(("skipped", "cancelled")) == 40 - BUNDLE


def test_a_sender_that_stops_leaves_the_rest_to_others(cast, folder):
    people(cast.floral, 40)
    limit(cast.floral)
    campaign = launched(cast.floral)
    with Sink() as sink:
        with sender(sink.url, folder) as process:
            work_off(process)
            process.stop()
            process.run()
            with brand_scope(cast.floral):
                assert list(Chunk.objects.values_list("state", "owner")) == [("planned", None)]
        limit(cast.floral, None)
        with sender(sink.url, folder) as process:
            work_off(process)
    assert (len(sink.accepted), set(sink.accepted.values())) == (40, {1})
    assert set(outcomes(cast.floral, campaign).values()) == {("sent", "")}


def test_a_sender_that_dies_over_a_parked_chunk_leaves_nobody_in_doubt(cast, folder):
    people(cast.floral, 40)
    limit(cast.floral)
    campaign = launched(cast.floral)
    with Sink() as sink:
        with sender(sink.url, folder) as process:
            work_off(process)
            leave(process._desk)
        limit(cast.floral, None)
        with sender(sink.url, folder) as process:
            work_off(process)
    assert (len(sink.accepted), set(sink.accepted.values())) == (40, {1})
    assert set(outcomes(cast.floral, campaign).values()) == {("sent", "")}
