"""A sender at work on real engines: everybody once, and every no is written down."""

import os
import threading
import time

import pytest
from django.db import connection

from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from campaigns.channels.email.journal import open_journal, path_of
from campaigns.channels.email.smtp import Outcome, Verdict
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery
from campaigns.models.senders import SENDER_LOCKS, Chunk, Sender
from campaigns.selectors.report import result_of
from campaigns.services import planning, sending
from campaigns.services.desk import Desk, Fenced, Result
from campaigns.services.planning import SEND_CHUNK, wake_campaign
from campaigns.services.sending import Round
from campaigns.services.window import WindowJournal
from customers.models.consents import ConsentState, Suppression
from customers.models.customers import Customer
from customers.models.products import Product
from customers.models.segments import DirtyCustomer, Segment
from tests.campaigns import mailing
from tests.campaigns.mailing import (
    conninfo,
    customers,
    launched,
    leave,
    outcomes,
    sender,
    work_off,
)
from tests.campaigns.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)


def reread(brand, campaign):
    with brand_scope(brand):
        return Campaign.objects.get(pk=campaign.pk)


@pytest.fixture
def brand(cast):
    return cast.floral


@pytest.fixture(params=["file", "db"])
def folder(request, tmp_path):
    return tmp_path / "journal" if request.param == "file" else None


def people(brand, count, **options):
    with brand_scope(brand):
        return customers(count, **options)


def test_everybody_gets_one_mail_with_their_own_words(brand, folder):
    people(brand, 45)
    campaign = launched(brand)
    with Sink() as sink, sender(sink.url, folder) as process:
        work_off(process)
    assert len(sink.accepted) == 45
    assert set(sink.accepted.values()) == set(sink.message_ids.values()) == {1}
    assert b"Hello =\r\nCustomer 7=\r\n" in sink.contents["c7@example.com"]
    assert b"Subject: Hi Customer 7\r\n" in sink.contents["c7@example.com"]
    assert set(outcomes(brand, campaign).values()) == {("sent", "")}
    after = reread(brand, campaign)
    assert (after.state, after.finished_at is not None) == ("done", True)
    assert not WorkItem.objects.filter(kind=SEND_CHUNK).exists()
    with brand_scope(brand):
        assert set(Chunk.objects.values_list("state", "owner")) == {("done", None)}
    if folder:
        assert list(folder.iterdir()) == []


def test_a_sender_that_lives_on_sends_the_prices_of_now(brand, folder, monkeypatch):
    monkeypatch.setattr(planning, "CHUNK_SIZE", 1)
    monkeypatch.setattr(sending, "OFFER_SECONDS", 1e-9)
    monkeypatch.setattr(
        mailing, "BLOCKS", [{"kind": "products", "rule": "newest"}, {"kind": "footer"}]
    )
    people(brand, 2)
    with brand_scope(brand):
        rose = Product.objects.create(
            source="shop",
            source_id="rose",
            title="Rose",
            url="https://shop.example/rose",
            price_minor=512,
        )
    launched(brand)
    with Sink() as sink, sender(sink.url, folder) as process:
        assert process.step()
        with brand_scope(brand):
            Product.objects.filter(pk=rose.pk).update(price_minor=734)
        work_off(process)
    assert b"5.12" in sink.contents["c0@example.com"]
    assert b"7.34" in sink.contents["c1@example.com"]
    assert b"5.12" not in sink.contents["c1@example.com"]


def test_the_report_counts_copies_that_stock_has_changed(brand, folder, monkeypatch):
    monkeypatch.setattr(planning, "CHUNK_SIZE", 2)
    monkeypatch.setattr(sending, "OFFER_SECONDS", 1e-9)
    block = {"kind": "products", "rule": "newest", "count": 1}
    monkeypatch.setattr(mailing, "BLOCKS", [block, {"kind": "footer"}])
    people(brand, 5)
    with brand_scope(brand):
        rose, lily = (
            Product.objects.create(
                source="shop", source_id=name, title=name, url=f"https://shop.example/{name}"
            )
            for name in ("Rose", "Lily")
        )
    campaign = launched(brand)
    with Sink() as sink, sender(sink.url, folder) as process:
        assert process.step()
        for sold_out in (lily, rose):
            with brand_scope(brand):
                Product.objects.filter(pk=sold_out.pk).update(stock=0)
            assert process.step()
    shown = [
        name
        for n in range(5)
        for name in (b"Lily", b"Rose", b"Have a look")
        if name in sink.contents[f"c{n}@example.com"]
    ]
    assert shown == [*[b"Lily", b"Have a look"] * 2, *[b"Rose", b"Have a look"] * 2]
    reasons = [outcomes(brand, campaign)[f"c{n}@example.com"][1] for n in range(5)]
    assert reasons == ["", "", "item_replaced", "item_replaced", "block_dropped"]
    with brand_scope(brand):
        result = result_of(campaign)
        assert (result.figures.sent, result.replaced, result.dropped) == (5, 2, 1)
        assert result.reasons == []


def test_segments_that_ask_about_mails_look_again_at_who_was_sent_one(brand, tmp_path):
    rows = people(brand, 3)
    rule = {"any": [{"all": [{"kind": "message", "op": "not_sent"}]}]}
    for asks in (False, True):
        with brand_scope(brand):
            if asks:
                Segment.objects.create(name="Not sent", rule=rule)
            DirtyCustomer.objects.all().delete()
        launched(brand, name=f"Asked: {asks}")
        with Sink() as sink, sender(sink.url, tmp_path / "journal") as process:
            work_off(process)
        assert len(sink.accepted) == 3
        with brand_scope(brand):
            dirty = set(DirtyCustomer.objects.values_list("customer_id", flat=True))
        assert dirty == ({row.pk for row in rows} if asks else set())


def test_those_who_said_no_since_planning_are_left_out_with_the_reason(brand, folder):
    rows = people(brand, 6)
    campaign = launched(brand)
    with brand_scope(brand):
        ConsentState.objects.filter(customer=rows[0]).update(status="withdrawn")
        Suppression.objects.create(channel="email", address="c1@example.com", reason="complaint")
        Customer.objects.filter(pk=rows[2].pk).update(erased_at="2026-11-01T00:00Z")
        Customer.objects.filter(pk=rows[3].pk).update(merged_into=rows[4])
    with Sink() as sink, sender(sink.url, folder) as process:
        work_off(process)
    assert set(sink.accepted) == {"c4@example.com", "c5@example.com"}
    assert outcomes(brand, campaign) == {
        "c0@example.com": ("skipped", "no_consent"),
        "c1@example.com": ("skipped", "suppressed"),
        "c2@example.com": ("skipped", "erased"),
        "c3@example.com": ("skipped", "merged"),
        "c4@example.com": ("sent", ""),
        "c5@example.com": ("sent", ""),
    }


def test_who_got_the_mail_as_a_record_that_was_merged_gets_it_once(brand, folder):
    rows = people(brand, 3)
    campaign = launched(brand)
    with brand_scope(brand):
        Delivery.objects.create(campaign=campaign, customer=rows[0], outcome="sent")
        Customer.objects.filter(pk=rows[0].pk).update(merged_into=rows[1])
    with Sink() as sink, sender(sink.url, folder) as process:
        work_off(process)
    assert set(sink.accepted) == {"c2@example.com"}
    assert outcomes(brand, campaign) == {
        "c0@example.com": ("sent", ""),
        "c1@example.com": ("skipped", "merged"),
        "c2@example.com": ("sent", ""),
    }


def test_refused_later_and_unknown_are_told_apart(brand, folder):
    people(brand, 5)
    campaign = launched(brand)
    faults = {
        "c1@example.com": "rcpt:550 no such user",
        "c2@example.com": "rcpt:451 greylisted",
        "c3@example.com": "drop:after",
    }
    with Sink(faults.get) as sink, sender(sink.url, folder) as process:
        work_off(process)
        assert outcomes(brand, campaign) == {
            "c0@example.com": ("sent", ""),
            "c1@example.com": ("failed", "refused"),
            "c3@example.com": ("unknown", "connection_lost"),
            "c4@example.com": ("sent", ""),
        }
        assert reread(brand, campaign).state == "sending"
        faults.clear()
        WorkItem.objects.update(due_at="2026-01-01T00:00Z")
        work_off(process)
    assert outcomes(brand, campaign)["c2@example.com"] == ("sent", "")
    assert dict(sink.accepted) == dict.fromkeys((f"c{n}@example.com" for n in (0, 2, 3, 4)), 1)
    assert reread(brand, campaign).state == "done"
    with brand_scope(brand):
        detail = Delivery.objects.get(customer__email="c1@example.com").detail
    assert detail == "550 no such user"


def test_a_server_that_always_says_later_is_given_up_at_last(brand, folder, monkeypatch):
    monkeypatch.setattr(sending, "MAX_PASSES", 2)
    people(brand, 1)
    campaign = launched(brand)

    def always_full(address):
        return "rcpt:452 full" if "c0" in address else None

    with Sink(always_full) as sink, sender(sink.url, folder) as process:
        work_off(process)
        assert WorkItem.objects.get(kind=SEND_CHUNK).attempts == 1
        WorkItem.objects.update(due_at="2026-01-01T00:00Z")
        work_off(process)
    assert outcomes(brand, campaign) == {"c0@example.com": ("failed", "gave_up")}
    assert reread(brand, campaign).state == "done"


def test_no_mail_server_costs_no_attempt_and_loses_nobody(brand, folder):
    people(brand, 3)
    campaign = launched(brand)
    with sender("smtp://127.0.0.1:1", folder) as process:
        work_off(process)
    item = WorkItem.objects.get(kind=SEND_CHUNK)
    assert (item.owner, item.attempts) == (None, 0)
    assert "127.0.0.1:1 cannot be used" in reread(brand, campaign).error
    WorkItem.objects.update(due_at="2026-01-01T00:00Z")
    with Sink() as sink, sender(sink.url, folder) as process:
        work_off(process)
    assert len(sink.accepted) == 3
    assert reread(brand, campaign).error == ""
    assert set(outcomes(brand, campaign).values()) == {("sent", "")}


def test_a_campaign_that_cannot_be_compiled_says_why_and_stops_nobody_else(cast, folder):
    people(cast.floral, 2)
    people(cast.grocer, 2, prefix="other")
    broken = launched(cast.floral)
    with brand_scope(cast.floral):
        Campaign.objects.filter(pk=broken.pk).update(frozen={**broken.frozen, "sender_email": ""})
    launched(cast.grocer)
    with Sink() as sink, sender(sink.url, folder) as process:
        work_off(process)
    assert set(sink.accepted) == {"other0@example.com", "other1@example.com"}
    assert "is not an address we can write to" in reread(cast.floral, broken).error
    with brand_scope(cast.floral):
        assert Chunk.objects.get(campaign=broken).state == "planned"


def test_an_address_that_is_unsafe_fails_alone(brand, folder):
    rows = people(brand, 3)
    with brand_scope(brand):
        Customer.objects.filter(pk=rows[1].pk).update(email="a@example.com>\r\nRCPT TO:<b@x.org")
    campaign = launched(brand)
    with Sink() as sink, sender(sink.url, folder) as process:
        work_off(process)
    assert set(sink.accepted) == {"c0@example.com", "c2@example.com"}
    assert ("failed", "unsafe") in outcomes(brand, campaign).values()


def test_a_paused_campaign_sends_nothing_until_it_is_resumed(brand, folder, monkeypatch):
    monkeypatch.setattr(planning, "CHUNK_SIZE", 2)
    people(brand, 6)
    campaign = launched(brand)
    with brand_scope(brand):
        Campaign.objects.update(state="paused")
    with Sink() as sink, sender(sink.url, folder) as process:
        work_off(process)
        assert not sink.accepted
        assert not process.step()
        with brand_scope(brand):
            Campaign.objects.update(state="sending")
            wake_campaign(campaign.pk)
        work_off(process)
        assert len(sink.accepted) == 6
    assert reread(brand, campaign).state == "done"


def test_pausing_stops_in_the_middle_of_a_chunk(brand, folder, monkeypatch):
    monkeypatch.setattr(sending, "RECHECK_SECONDS", 0.0)
    people(brand, 40)
    campaign = launched(brand)

    def pause_at_ten(address):
        if len(sink.accepted) == 10:
            with brand_scope(brand):
                Campaign.objects.filter(state="sending").update(state="paused")
            connection.close()

    with Sink(pause_at_ten) as sink, sender(sink.url, folder) as process:
        work_off(process)
        stopped_at = len(sink.accepted)
        assert 10 <= stopped_at <= 13
        assert len(outcomes(brand, campaign)) == stopped_at
        sink.plan = lambda address: None
        with brand_scope(brand):
            Campaign.objects.update(state="sending")
            wake_campaign(campaign.pk)
        work_off(process)
    assert len(sink.accepted) == 40
    assert set(sink.accepted.values()) == {1}
    assert set(outcomes(brand, campaign).values()) == {("sent", "")}


def test_a_cancelled_campaign_flags_everybody_it_did_not_reach(brand, folder):
    people(brand, 4)
    campaign = launched(brand)
    with brand_scope(brand):
        Campaign.objects.update(state="cancelled")
        wake_campaign(campaign.pk)
    with Sink() as sink, sender(sink.url, folder) as process:
        work_off(process)
    assert not sink.accepted
    assert set(outcomes(brand, campaign).values()) == {("skipped", "cancelled")}
    assert len(outcomes(brand, campaign)) == 4
    assert reread(brand, campaign).state == "cancelled"


def test_brands_take_turns(cast, tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "CHUNK_SIZE", 1)
    people(cast.floral, 5, prefix="big")
    people(cast.grocer, 2, prefix="small")
    launched(cast.floral)
    launched(cast.grocer)
    order = []

    def note(address):
        if "@example.com" in address and order[-1:] != [address]:
            order.append(address)

    with Sink(note) as sink, sender(sink.url, tmp_path) as process:
        work_off(process)
    shops = ["big" if "big" in each else "small" for each in order]
    assert shops == ["big", "small", "big", "small", "big", "big", "big"]


def test_a_sender_never_sees_another_brands_rows(cast, tmp_path):
    people(cast.floral, 2, prefix="mine")
    people(cast.other_brand, 2, prefix="theirs")
    launched(cast.floral)
    with Sink() as sink, sender(sink.url, tmp_path) as process:
        work_off(process)
    assert set(sink.accepted) == {"mine0@example.com", "mine1@example.com"}


def test_a_dead_senders_chunk_is_recovered_from_its_journal(brand, tmp_path):
    rows = people(brand, 5)
    campaign = launched(brand)
    dead = Desk(conninfo(), host="here", pid=1)
    claim = dead.claim(last_brand_id=0)
    with open_journal(tmp_path, claim.chunk_id) as journal:
        journal.intend(rows[0].pk)
        journal.answer(rows[0].pk, Outcome(Verdict.ACCEPTED, 250, "ok"))
        journal.intend(rows[1].pk)
        journal.answer(rows[1].pk, Outcome(Verdict.REFUSED, 550, "no"))
        journal.intend(rows[2].pk)
    with Sink() as sink, sender(sink.url, tmp_path) as process:
        work_off(process)
        assert not sink.accepted  # its lock is held: it is alive
        leave(dead)
        process._next_orphans = 0
        work_off(process)
    assert set(sink.accepted) == {"c3@example.com", "c4@example.com"}
    assert outcomes(brand, campaign) == {
        "c0@example.com": ("sent", ""),
        "c1@example.com": ("failed", "refused"),
        "c2@example.com": ("unknown", "sender_lost"),
        "c3@example.com": ("sent", ""),
        "c4@example.com": ("sent", ""),
    }
    assert reread(brand, campaign).state == "done"
    assert not path_of(tmp_path, claim.chunk_id).exists()


def test_a_dead_senders_window_is_unknown_and_the_rest_is_sent(brand):
    rows = people(brand, 30)
    campaign = launched(brand)
    dead = Desk(conninfo(), host="gone", pid=1)
    claim = dead.claim(last_brand_id=0)
    dead.advance(claim, 20, [], decided=0)
    dead.advance(claim, 25, [Result(row.pk, "sent") for row in rows[:18]], decided=0)
    leave(dead)
    with Sink() as sink, sender(sink.url, None, host="elsewhere") as process:
        work_off(process)
    assert set(sink.accepted) == {f"c{n}@example.com" for n in range(25, 30)}
    found = outcomes(brand, campaign)
    assert len(found) == 30
    unknown = {email for email, outcome in found.items() if outcome == ("unknown", "sender_lost")}
    assert unknown == {f"c{n}@example.com" for n in range(18, 25)}


def test_who_waits_for_a_later_pass_is_not_in_doubt_when_a_sender_dies(brand):
    rows = people(brand, 50)
    campaign = launched(brand)
    dead = Desk(conninfo(), host="gone", pid=1)
    claim = dead.claim(last_brand_id=0)
    # The first ten were told to come later.
    turn = Round(dict.fromkeys(claim.customer_ids[10:]), [])
    journal = WindowJournal(dead, claim, take_results=turn.take_results, first_left=turn.first_left)
    for place in range(10, 30):
        journal.intend(rows[place].pk)
        turn.settle(Result(rows[place].pk, "sent"))
    journal.intend(rows[30].pk)
    leave(dead)
    with Sink() as sink, sender(sink.url, None, host="elsewhere") as process:
        work_off(process)
    assert set(sink.accepted) == {f"c{n}@example.com" for n in range(10)}
    found = outcomes(brand, campaign)
    assert [found[f"c{n}@example.com"][0] for n in range(50)] == ["sent"] * 30 + ["unknown"] * 20


def test_a_chunk_of_another_host_is_left_to_that_host(brand, tmp_path):
    people(brand, 2)
    launched(brand)
    dead = Desk(conninfo(), host="elsewhere", pid=1)
    assert dead.claim(last_brand_id=0)
    leave(dead)
    with Sink() as sink, sender(sink.url, tmp_path) as process:
        work_off(process)
    assert not sink.accepted
    with brand_scope(brand):
        assert Chunk.objects.get().state == "sending"


def test_a_sender_whose_process_lives_on_is_not_robbed(brand, tmp_path):
    """Its database session died, its process did not: the journal's lock says so."""
    people(brand, 2)
    launched(brand)
    cut_off = Desk(conninfo(), host="here", pid=1)
    claim = cut_off.claim(last_brand_id=0)
    with Sink() as sink, sender(sink.url, tmp_path) as process:
        with open_journal(tmp_path, claim.chunk_id):
            leave(cut_off)
            work_off(process)
            assert not sink.accepted
        process._next_orphans = 0
        work_off(process)
    assert len(sink.accepted) == 2


def test_results_of_a_chunk_that_was_taken_away_are_refused(brand, tmp_path):
    rows = people(brand, 2)
    campaign = launched(brand)
    slow = Desk(conninfo(), host="here", pid=1)
    claim = slow.claim(last_brand_id=0)
    with brand_scope(brand):
        Chunk.objects.update(owner=slow.sender_id + 1)
    for act in (
        lambda results: slow.finish(claim, results),
        lambda results: slow.put_back(claim, results, seconds=0),
        lambda results: slow.recheck(claim, [], results),
        lambda results: slow.advance(claim, 20, results, decided=0),
    ):
        with pytest.raises(Fenced):
            act([Result(rows[0].pk, "sent")])
    slow.close()
    assert outcomes(brand, campaign) == {}


def test_two_senders_share_the_work_and_the_last_one_ends_the_campaign(
    brand, tmp_path, monkeypatch
):
    monkeypatch.setattr(planning, "CHUNK_SIZE", 10)
    people(brand, 200)
    campaign = launched(brand)

    def work(url):
        with sender(url, tmp_path) as process:
            work_off(process)

    with Sink() as sink:
        threads = [threading.Thread(target=work, args=(sink.url,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(sink.accepted) == 200
    assert set(sink.accepted.values()) == {1}
    assert reread(brand, campaign).state == "done"


def test_a_stopped_sender_puts_its_chunk_back_at_once(brand, folder):
    people(brand, 30)
    campaign = launched(brand)

    def stop_at_five(address):
        if len(sink.accepted) == 5:
            process.stop()

    with Sink(stop_at_five) as sink, sender(sink.url, folder) as process:
        process.step()
        assert 5 <= len(sink.accepted) <= 8
        item = WorkItem.objects.get(kind=SEND_CHUNK)
        assert (item.owner, item.attempts) == (None, 0)
    with Sink() as rest, sender(rest.url, folder) as process:
        work_off(process)
    assert set(sink.accepted) & set(rest.accepted) == set()
    assert len(sink.accepted) + len(rest.accepted) == 30
    assert reread(brand, campaign).state == "done"


def test_a_senders_lock_is_held_before_anyone_can_see_it(db):
    desk = Desk(conninfo(), host="here", pid=os.getpid())
    row = Sender.objects.get(pk=desk.sender_id)
    assert (row.host, row.pid) == ("here", os.getpid())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [SENDER_LOCKS, desk.sender_id])
        assert cursor.fetchone() == (False,)
        desk.close()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [SENDER_LOCKS, desk.sender_id])
            if cursor.fetchone() == (True,):
                break
        cursor.execute("SELECT pg_advisory_unlock_all()")
    again = Desk(conninfo(), host="here", pid=os.getpid())
    assert list(Sender.objects.values_list("pk", flat=True)) == [again.sender_id]
    again.close()


def test_an_answer_that_the_database_cannot_keep_stops_nobody(brand, folder):
    people(brand, 3)
    campaign = launched(brand)
    refuses = {"c1@example.com": "rcpt:550 no\0such user"}
    with Sink(refuses.get) as sink, sender(sink.url, folder) as process:
        work_off(process)
    assert sorted(outcomes(brand, campaign).values()) == [
        ("failed", "refused"),
        ("sent", ""),
        ("sent", ""),
    ]


def test_whatever_a_server_says_is_kept_as_it_was_said(brand, tmp_path):
    words = ['550 "no", {user}', "550 back\\slash\\", "550 NULL", "550 é, ü"]
    people(brand, 4)
    campaign = launched(brand)
    said = {f"c{n}@example.com": f"rcpt:{text}" for n, text in enumerate(words)}
    with Sink(said.get) as sink, sender(sink.url, tmp_path) as process:
        work_off(process)
    with brand_scope(brand):
        rows = Delivery.objects.filter(campaign=campaign).order_by("customer_id")
        assert list(rows.values_list("detail", flat=True)) == words
